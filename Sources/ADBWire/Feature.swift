/// Something a side can do; it counts only when both banners list it.
public enum Feature: UInt8, CaseIterable, Sendable {
    /// `shell,v2`: exit codes and a separate stderr.
    case shell_v2
    /// The `cmd` program exists: streaming install by `exec:`.
    case cmd
    /// sync STA2/LST2.
    case stat_v2
    /// sync LIS2/DNT2.
    case ls_v2
    /// SEND makes missing parents.
    case fixed_push_mkdir
    /// `.apex` installs.
    case apex
    /// `abb:`.
    case abb
    /// The time of a pushed symlink is set on the link.
    case fixed_push_symlink_timestamp
    /// `abb_exec:`.
    case abb_exec
    /// remount and verity are shell commands.
    case remount_shell
    /// `track-app`.
    case track_app
    /// sync SND2/RCV2.
    case sendrecv_v2
    /// brotli in SND2/RCV2.
    case sendrecv_v2_brotli
    /// lz4 in SND2/RCV2.
    case sendrecv_v2_lz4
    /// zstd in SND2/RCV2.
    case sendrecv_v2_zstd
    /// SND2 that only pretends.
    case sendrecv_v2_dry_run_send
    /// mDNS by Openscreen; hosts only.
    case openscreen_mdns
    /// Windowed flow control.
    case delayed_ack
    /// `track-devices-proto-*`; hosts only.
    case devicetracker_proto_format
    /// `dev-raw:`.
    case devraw
    /// More fields in `track-app`.
    case app_info
    /// `host:server-status`; hosts only.
    case server_status
    /// `host:track-mdns-services`; hosts only.
    case track_mdns

    /// The word in a banner.
    public var name: String { Feature.names[Int(rawValue)] }

    private static let names = allCases.map { String(describing: $0) }

    /// The words with their features, as bytes, so that a banner is read without making strings.
    static let words: [(word: [UInt8], feature: Feature)] = allCases.map { (Array($0.name.utf8), $0) }
}

/// A set of features.
public struct FeatureSet: OptionSet, Hashable, Sendable, CustomStringConvertible {
    /// One bit per feature, in the order of ``Feature``.
    public let rawValue: UInt32

    /// Makes a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Makes a set from features.
    public init(_ features: some Sequence<Feature>) {
        rawValue = features.reduce(0) { $0 | (1 << UInt32($1.rawValue)) }
    }

    /// Reads a comma-separated list; unknown words are ignored.
    public init(parsing text: UnsafeRawBufferPointer) {
        var bits: UInt32 = 0
        for word in text.split(separator: UInt8(ascii: ",")) {
            for known in Feature.words where known.word.count == word.count && known.word.elementsEqual(word) {
                bits |= 1 << UInt32(known.feature.rawValue)
            }
        }
        rawValue = bits
    }

    /// Reads a comma-separated list; unknown words are ignored.
    public init(parsing text: String) {
        self = Array(text.utf8).withUnsafeBytes { FeatureSet(parsing: $0) }
    }

    /// Whether the feature is in the set.
    public func contains(_ feature: Feature) -> Bool { rawValue & (1 << UInt32(feature.rawValue)) != 0 }

    /// The features in the order in which they came into Android.
    public var features: [Feature] { Feature.allCases.filter(contains) }

    /// The comma-separated list of a banner.
    public var description: String { features.map(\.name).joined(separator: ",") }

    /// What drover tells phones it can do; the compressions follow when drover can compress.
    public static let drover = FeatureSet([
        .shell_v2, .cmd, .stat_v2, .ls_v2, .fixed_push_mkdir, .apex, .abb, .fixed_push_symlink_timestamp, .abb_exec,
        .remount_shell, .sendrecv_v2, .delayed_ack,
    ])
    /// Android 6 and older: none.
    public static let android6: FeatureSet = []
    /// Android 7.
    public static let android7 = FeatureSet([.shell_v2, .cmd])
    /// Android 8 and 9.
    public static let android9 = android7.union(FeatureSet([.stat_v2]))
    /// Android 10.
    public static let android10 = android9.union(
        FeatureSet([.fixed_push_mkdir, .apex, .abb, .fixed_push_symlink_timestamp, .abb_exec]))
    /// Android 11.
    public static let android11 = android10.union(
        FeatureSet([.ls_v2, .remount_shell, .sendrecv_v2, .sendrecv_v2_brotli]))
    /// Android 12 and 13.
    public static let android12 = android11.union(
        FeatureSet([
            .track_app, .sendrecv_v2_lz4, .sendrecv_v2_zstd, .sendrecv_v2_dry_run_send, .openscreen_mdns,
        ]))
    /// Android 14.
    public static let android14 = android12.union(FeatureSet([.delayed_ack]))
}
