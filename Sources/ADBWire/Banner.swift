/// Who a side says it is: `device::ro.product.name=N;ro.product.model=M;ro.product.device=D;features=a,b`.
///
/// The texts come from the other side and are not safe to print as they are.
public struct Banner: Hashable, Sendable {
    /// `device`, `recovery`, `sideload`, `rescue`, `bootloader` or `host`.
    public enum Kind: String, CaseIterable, Sendable {
        /// A running phone.
        case device
        /// A phone in recovery.
        case recovery
        /// A phone that waits for an update.
        case sideload
        /// A phone in rescue mode.
        case rescue
        /// A bootloader.
        case bootloader
        /// A computer, and anything that is not known.
        case host
    }

    /// The longest banner that is read, in bytes: what fits into CNXN for every version.
    public static let longest = PayloadLimit.legacy

    /// What kind of side it is.
    public var kind: Kind
    /// `ro.product.name`, empty when absent.
    public var product: String
    /// `ro.product.model`, empty when absent.
    public var model: String
    /// `ro.product.device`, empty when absent.
    public var device: String
    /// The features listed; unknown words are dropped.
    public var features: FeatureSet

    /// Makes a banner.
    public init(
        kind: Kind, product: String = "", model: String = "", device: String = "", features: FeatureSet = []
    ) {
        self.kind = kind
        self.product = product
        self.model = model
        self.device = device
        self.features = features
    }

    /// Reads any bytes: what is not understood is ignored, and bytes beyond ``longest`` are not looked at.
    public init(parsing bytes: UnsafeRawBufferPointer) {
        self.init(kind: .host)
        let bytes = bytes.prefix(Banner.longest).prefix { $0 != 0 }
        let parts = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        kind = parts.first.map { Kind(rawValue: String(decoding: $0, as: UTF8.self)) ?? .host } ?? .host
        guard parts.count == 3 else { return }
        for property in parts[2].split(separator: UInt8(ascii: ";")) {
            let pair = property.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            read(key: pair[0], value: pair[1])
        }
    }

    private mutating func read(key: Slice<UnsafeRawBufferPointer>, value: Slice<UnsafeRawBufferPointer>) {
        if key.elementsEqual("features".utf8) {
            features = FeatureSet(parsing: UnsafeRawBufferPointer(rebasing: value))
        } else if key.elementsEqual("ro.product.model".utf8) {
            model = String(decoding: value, as: UTF8.self)
        } else if key.elementsEqual("ro.product.name".utf8) {
            product = String(decoding: value, as: UTF8.self)
        } else if key.elementsEqual("ro.product.device".utf8) {
            device = String(decoding: value, as: UTF8.self)
        }
    }

    /// The banner as it is sent, without a NUL at the end.
    public var text: String {
        guard kind != .host else { return "host::features=\(features)" }
        let properties = "ro.product.name=\(product);ro.product.model=\(model);ro.product.device=\(device);"
        return "\(kind.rawValue)::\(properties)" + (features.isEmpty ? "" : "features=\(features)")
    }
}
