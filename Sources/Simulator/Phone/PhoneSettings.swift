public import Crypto

/// Whom a phone lets in.
public enum Authentication: Sendable, Hashable {
    /// Everybody, as phones with `ro.adb.secure=0` do.
    case none
    /// Hosts with one of these keys; others are never asked for.
    case keys([RSAPublicKey])
    /// Hosts with a known key, and others after this time on the screen; the key is known from then on.
    case prompt(acceptedAfter: Duration, known: [RSAPublicKey] = [])
}

/// How far away a phone is.
public struct Shaping: Sendable, Hashable {
    /// The time there and back; added to everything the phone sends.
    public var roundTrip: Duration
    /// Bytes per second in each direction; nil for as fast as the machine can.
    public var bytesPerSecond: UInt64?

    /// Makes a shape; without arguments the phone is as near as this machine.
    public init(roundTrip: Duration = .zero, bytesPerSecond: UInt64? = nil) {
        self.roundTrip = roundTrip
        self.bytesPerSecond = bytesPerSecond
    }

    var isNone: Bool { roundTrip == .zero && bytesPerSecond == nil }
}

/// How long things take on a phone.
public struct PhoneTimes: Sendable, Hashable {
    /// From a reboot until the port is open again.
    public var down: Duration
    /// From then on until `sys.boot_completed` is `1`.
    public var settling: Duration
    /// From the last byte of an APK to the answer.
    public var install: Duration
    /// From `am start` until the app is up.
    public var launch: Duration

    /// Makes times; short ones by default, so that trying things out is quick.
    public init(
        down: Duration = .seconds(2), settling: Duration = .seconds(1), install: Duration = .zero,
        launch: Duration = .milliseconds(50)
    ) {
        self.down = down
        self.settling = settling
        self.install = install
        self.launch = launch
    }
}

/// What is decided about one phone before it is started.
struct PhoneSettings: Sendable {
    var authentication: Authentication
    var shaping: Shaping
    var times: PhoneTimes
    var fault: Fault?
}
