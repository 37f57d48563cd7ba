import ADBWire
import Testing

@Suite struct HandshakeTests {
    @Test(
        "both sides speak the older version",
        arguments: [(0x0100_0000, true), (0x0100_0001, false), (0x0200_0000, false)])
    func versions(theirs: UInt32, usesChecksum: Bool) {
        let agreed = ProtocolVersion.negotiated(.withoutChecksum, ProtocolVersion(rawValue: theirs))
        #expect(agreed.usesChecksum == usesChecksum)
        #expect(agreed <= .withoutChecksum)
    }

    @Test(
        "the smaller limit counts",
        arguments: [(4096, 4096), (262_144, 262_144), (1 << 20, 1 << 20), (0xffff_ffff, 1 << 20)])
    func limits(theirs: UInt32, agreed: Int) throws {
        #expect(try PayloadLimit.negotiated(PayloadLimit.modern, theirs) == agreed)
    }

    @Test("a peer that accepts less than every version must is refused", arguments: [UInt32(0), 1, 4095])
    func tooSmall(theirs: UInt32) {
        let error = #expect(throws: WireError.self) { try PayloadLimit.negotiated(PayloadLimit.modern, theirs) }
        #expect(error?.code == .payloadLimitTooSmall)
    }

    @Test func `a banner is read as it was written`() {
        let banner = Banner(kind: .device, product: "p", model: "Pixel 8", device: "shiba", features: .android14)
        #expect(Array(banner.text.utf8).withUnsafeBytes { Banner(parsing: $0) } == banner)
        let host = Banner(kind: .host, features: .drover)
        #expect(Array(host.text.utf8).withUnsafeBytes { Banner(parsing: $0) } == host)
    }

    @Test func `the banner of an old phone ends without features`() {
        let text = "device::ro.product.name=a;ro.product.model=b;ro.product.device=c;\0"
        let banner = Array(text.utf8).withUnsafeBytes { Banner(parsing: $0) }
        #expect(banner == Banner(kind: .device, product: "a", model: "b", device: "c"))
    }

    @Test(
        "odd banners are read without harm",
        arguments: [
            ("", Banner.Kind.host), ("device", .device), ("device:", .device), ("device::", .device),
            ("::::;;;===", .host),
            ("device::features", .device), ("device::features=a=b", .device), ("nonsense::features=cmd", .host),
            ("device::ro.product.model=\u{1b}[2J", .device),
        ])
    func oddBanners(text: String, kind: Banner.Kind) {
        let banner = Array(text.utf8).withUnsafeBytes { Banner(parsing: $0) }
        #expect(banner.kind == kind)
    }

    @Test func `any bytes make a banner`() {
        var generator = SystemRandomNumberGenerator()
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = bytes.withUnsafeBytes { Banner(parsing: $0) }
        }
    }

    @Test(
        "a release lists what it listed",
        arguments: [
            (FeatureSet.android7, "shell_v2,cmd"), (.android9, "shell_v2,cmd,stat_v2"), (.android6, ""),
            (.android10, "shell_v2,cmd,stat_v2,fixed_push_mkdir,apex,abb,fixed_push_symlink_timestamp,abb_exec"),
        ])
    func releases(features: FeatureSet, text: String) {
        #expect(features.description == text)
        #expect(FeatureSet(parsing: text + ",new_word,,") == features)
    }
}
