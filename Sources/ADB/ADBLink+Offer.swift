public import ADBWire

extension ADBLink {
    /// What we tell phones about ourselves.
    public struct Offer: Hashable, Sendable {
        /// The newest version spoken.
        public var version = ProtocolVersion.withoutChecksum
        /// The largest payload accepted; smaller for firmware that mishandles big packets.
        public var maxPayload = PayloadLimit.modern
        /// The features.
        public var features = FeatureSet.drover

        /// What drover offers by default.
        public init() {}

        private static let usualText = text(of: .drover)

        private static func text(of features: FeatureSet) -> [UInt8] {
            Array(Banner(kind: .host, features: features).text.utf8)
        }

        /// The banner; the usual one is made once for all phones.
        var bannerText: [UInt8] { features == .drover ? Self.usualText : Self.text(of: features) }
    }
}
