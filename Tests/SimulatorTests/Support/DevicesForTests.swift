import DroverTesting
import Foundation
import Lanes

@testable import Simulator

/// A device without any connection, on a clock that the test owns.
final class DeviceOnDesk {
    let device: SimulatedDevice
    let record: SimulationRecord
    let contents: ContentStore
    let lock = WriteLock(isOn: false)
    private let timers: DeviceTimers
    private let due: Box<[Int]>

    final class Box<Value> {
        var value: Value
        init(_ value: Value) { self.value = value }
    }

    init(
        _ profile: Profile = .android14, capacity: UInt64 = 1 << 30, retention: ContentStore.Retention = .keep,
        contents: ContentStore? = nil, reader: ApplicationReader = .apk(),
        instrumentations: [SimulatedInstrumentation] = []
    ) {
        let due = Box<[Int]>([])
        let clock = ManualClock()
        self.due = due
        timers = DeviceTimers(clock: clock) { _, number in
            due.value.append(number)
            return nil
        }
        record = SimulationRecord()
        self.contents = contents ?? ContentStore(retention: retention)
        let model = profile.models[0]
        device = SimulatedDevice(
            .init(
                name: "sim-001", serial: "SIM0000001", profile: profile, model: model,
                image: SystemImage.make(for: profile), sharedProperties: Properties.shared(profile, model),
                capacity: capacity, contents: self.contents, reader: reader, record: record.phone("sim-001"),
                writeLock: lock, startSeconds: 1_700_000_000, origin: clock.now,
                instrumentations: instrumentations),
            timers: timers)
    }

    /// Fires every timer that is set, and those set meanwhile, in the order of setting.
    func letTimePass() {
        while !due.value.isEmpty { timers.fire(due.value.removeFirst()) }
    }

    struct Answer: Equatable {
        var output = ""
        var errors = ""
        var status: Int32?
    }

    /// Runs a line; the status stays nil when the command still runs.
    ///
    /// - Parameter isKnown: Whether it stands among the phone's processes, as the shell of a host does.
    func run(_ line: String, input: String = "", waits: Bool = true, isKnown: Bool = false) -> Answer {
        let answer = Box(Answer())
        var number = 0
        let process = ShellProcess(device) { [device] status in
            answer.value.status = status
            device.forget(number)
        }
        number = process.pid
        if isKnown { device.begin(number, ["/system/bin/sh", "-c", line]) { process.receive($0) } }
        let streams = ShellStreams(
            input: ShellInput(Array(input.utf8)),
            output: ShellOutput { answer.value.output += String(decoding: $0, as: UTF8.self) },
            errors: ShellOutput { answer.value.errors += String(decoding: $0, as: UTF8.self) })
        process.start(line: Array(line.utf8), streams)
        if waits { letTimePass() }
        return answer.value
    }

    /// Puts an APK of the fixtures on the phone.
    func place(_ apk: String, at path: String = "/data/local/tmp/app.apk") throws {
        let writer = ContentWriter(store: contents, mustKeep: true)
        let bytes = try Fixture.bytes("apps/\(apk)")
        try bytes.withUnsafeBytes { try writer.append($0) }
        try device.files.write(try writer.finish(), to: path, at: device.seconds)
    }
}
