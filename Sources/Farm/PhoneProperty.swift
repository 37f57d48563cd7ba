/// The short names of the properties that selectors ask phones for.
public enum PhoneProperty {
    /// Each short name with its key of `getprop`.
    public static let keys: KeyValuePairs<String, String> = [
        "model": "ro.product.model",
        "sdk": "ro.build.version.sdk",
        "android": "ro.build.version.release",
        "brand": "ro.product.brand",
        "manufacturer": "ro.product.manufacturer",
        "device": "ro.product.device",
        "product": "ro.product.name",
        "abi": "ro.product.cpu.abi",
        "build": "ro.build.display.id",
        "fingerprint": "ro.build.fingerprint",
    ]

    /// The key of the phone's model, by which `pick` tells phones apart.
    public static let model = "ro.product.model"

    /// The short names, as they are listed for people.
    public static var shortNames: [String] { keys.map(\.key) }

    /// The key of `getprop` for a short name; a name with a dot is such a key already.
    ///
    /// - Returns: nil when the name is neither.
    public static func key(for name: String) -> String? {
        if let short = keys.first(where: { $0.key == name }) { return short.value }
        return name.contains(".") && isKey(name) ? name : nil
    }

    /// Keys are put into shell lines, so nothing that means something to a shell may stand in them.
    private static func isKey(_ name: String) -> Bool {
        name.utf8.first != UInt8(ascii: "-") && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
