import ADB
import ADBWire
import DroverTesting
import Foundation
import Lanes
import Simulator
import Synchronization
import Testing

/// A simulated phone, a link to it, and both sides' lane.
struct PhoneAtHand: Sendable {
    let link: ADBLink
    let lane: Lane
    let record: PhoneRecord

    var deeds: PhoneDeeds { record.deeds }
}

/// Limits that a machine with other things to do does not reach; tests of limits move a clock of their own.
let patience: LinkLimits = {
    var limits = LinkLimits()
    limits.greeting = .seconds(100)
    limits.open = .seconds(100)
    limits.openPackage = .seconds(100)
    limits.reboot = .seconds(100)
    return limits
}()

/// Starts one phone of a profile, connects, and ends both.
func withPhone<Value: Sendable>(
    _ profile: Profile = .android14, fault: Fault? = nil, retention: ContentStore.Retention = .keep,
    capacity: UInt64 = 64 << 30,
    _ body: @escaping @Sendable (PhoneAtHand) async throws -> Value
) async throws -> Value {
    let lane = try Lane(name: "test")
    var options = SimulationOptions(phones: 1, profiles: [profile], retention: retention, capacity: capacity)
    if let fault { options.faults = [FaultAssignment(fault)] }
    let farm = SimulatedFarm(options, lanes: [lane])
    try await farm.start()
    let outcome = await Task(executorPreference: lane) { () -> Result<Value, any Error> in
        do {
            let phone = farm.phones[0]
            let address = try #require(phone.address)
            let link = try await ADBLink.connect(to: address, on: lane, limits: patience)
            defer { link.close() }
            return .success(try await body(PhoneAtHand(link: link, lane: lane, record: phone.record)))
        } catch {
            return .failure(error)
        }
    }.value
    await farm.stop()
    return try outcome.get()
}

/// Gathers what a pull takes.
final class Basket: Sendable {
    private let state = Mutex<[UInt8]>([])
    var bytes: [UInt8] { state.withLock { $0 } }
    func take(_ bytes: UnsafeRawBufferPointer) { state.withLock { $0.append(contentsOf: bytes) } }
}

/// An APK under `fixtures/apps`.
func apk(_ name: String) throws -> SharedBytes {
    try SharedBytes(mapping: Fixture.path("apps/\(name)"))
}

/// The names of the split set under `fixtures/apps`, base first.
func splitNames() -> [String] {
    Fixture.names(in: "apps/game-splits", endingIn: ".apk")
}
