import Crypto
import Lanes

/// What all connections to one phone share; confined to the phone's lane.
final class PhoneCore {
    let device: SimulatedDevice
    let settings: PhoneSettings
    let timers: DeviceTimers
    let banner: [UInt8]
    /// Keys that are let in.
    var knownKeys: [RSAPublicKey]
    private var lastStream: UInt32 = 0
    private var tokens: UInt64 = 0
    private(set) var acceptedConnections = 0
    private var services = 0
    /// Has the phone vanish for good.
    var vanish: (() -> Void)?

    init(device: SimulatedDevice, settings: PhoneSettings, timers: DeviceTimers) {
        self.device = device
        self.settings = settings
        self.timers = timers
        banner = Array(device.profile.banner(of: device.making.model).utf8)
        knownKeys =
            switch settings.authentication {
            case .none: []
            case .keys(let keys): keys
            case .prompt(_, let known): known
            }
    }

    var profile: Profile { device.profile }
    var record: PhoneRecord { device.record }

    /// Counts a connection and tells which fault it shows.
    func acceptConnection() -> Fault.Kind? {
        acceptedConnections += 1
        record.count { $0.connections += 1 }
        guard let fault = settings.fault, acceptedConnections <= fault.times ?? .max else { return nil }
        return fault.kind
    }

    /// Stream ids count up over all connections, as those of one adbd process do.
    func makeStreamID() -> UInt32 {
        lastStream &+= 1
        return max(lastStream, 1)
    }

    /// 20 bytes that no other AUTH of this phone had.
    func makeToken() -> [UInt8] {
        tokens += 1
        var source = SplitMix(seed: SplitMix.hash(device.making.serial) &+ tokens)
        return (0..<3).flatMap { _ in withUnsafeBytes(of: source.next()) { Array($0) } }.dropLast(4)
    }

    /// Counts a service; false when the phone vanishes instead of giving it.
    func countService(_ fault: Fault.Kind?) -> Bool {
        services += 1
        guard case .offline(let after) = fault, services > after else { return true }
        record.note { $0.faults.append("offline after \(after) services") }
        vanish?()
        return false
    }
}
