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
        keys.first { $0.key == name }?.value ?? (name.contains(".") && !name.hasPrefix(".") ? name : nil)
    }
}
