/// A phone's system properties: a table that all phones of one model share, and what is this phone's own.
struct Properties: Sendable {
    private let shared: [String: String]
    private var own: [String: String]

    /// The properties of one phone.
    ///
    /// - Parameter shared: Made once by ``shared(_:_:)`` for all phones of a model.
    init(shared: [String: String], serial: String) {
        self.shared = shared
        own = ["ro.serialno": serial, "ro.boot.serialno": serial, "net.hostname": "android-\(serial)"]
    }

    subscript(name: String) -> String { own[name] ?? shared[name] ?? "" }

    /// Sets a property as the phone's own services do, without any rule.
    mutating func set(_ name: String, _ value: String) { own[name] = value }

    /// Sets a property as `setprop` does.
    ///
    /// - Returns: Whether it was set; `ro.` and `sys.` properties belong to the system.
    mutating func setByShell(_ name: String, _ value: String) -> Bool {
        let allowed = [
            "debug.", "log.", "persist.log.", "persist.sys.locale", "persist.adb.", "test.", "persist.test.",
        ]
        guard value.utf8.count < 92, allowed.contains(where: { name.hasPrefix($0) }) else { return false }
        own[name] = value
        return true
    }

    /// All properties, sorted by name.
    var all: [(name: String, value: String)] {
        shared.merging(own) { $1 }.map { (name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    /// What all phones of one profile and model have in common.
    static func shared(_ profile: Profile, _ model: PhoneModel) -> [String: String] {
        let build = "SIM.\(profile.sdk).001"
        let fingerprint =
            "\(model.manufacturer.lowercased())/\(model.product)/\(model.device):\(profile.release)/\(build)/1:user/release-keys"
        return [
            "ro.product.manufacturer": model.manufacturer, "ro.product.brand": model.manufacturer.lowercased(),
            "ro.product.model": model.model, "ro.product.device": model.device, "ro.product.name": model.product,
            "ro.product.board": model.device, "ro.hardware": model.device, "ro.product.cpu.abi": "arm64-v8a",
            "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a,armeabi", "ro.product.locale": "en-US",
            "ro.build.version.release": profile.release, "ro.build.version.sdk": String(profile.sdk),
            "ro.build.version.codename": "REL", "ro.build.version.incremental": "1", "ro.build.id": build,
            "ro.build.display.id": build, "ro.build.fingerprint": fingerprint, "ro.build.type": "user",
            "ro.build.tags": "release-keys", "ro.build.characteristics": "default", "ro.debuggable": "0",
            "ro.secure": "1", "ro.adb.secure": "1", "ro.sf.lcd_density": String(model.screen.density),
            "ro.build.version.security_patch": "2024-01-05", "persist.sys.locale": "en-US",
            "persist.sys.timezone": "Etc/UTC", "service.adb.tcp.port": "5555", "init.svc.adbd": "running",
        ]
    }
}
