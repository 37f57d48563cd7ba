import Farm

/// How paths of a phone are spelled in a tar that is unpacked at the phone's root (Cloud Phone API, how a tar maps).
enum PhoneRoot {
    /// A member of the tar, and whom it belongs to on the phone.
    struct Member: Hashable, Sendable {
        let name: String
        let owner: UInt32
        let group: UInt32
    }

    /// Links that stand for the storage of the first user, whose real folder a tar must name.
    private static let storages = ["/sdcard", "/storage/emulated/0", "/storage/self/primary", "/mnt/sdcard"]
    private static let storage = "/data/media/0"
    /// `media_rw`, to whom everything in the storage belongs.
    private static let mediaOwner: UInt32 = 1023
    /// `shell`.
    private static let shellOwner: UInt32 = 2000

    /// The member for a path; nil where a tar is not unpacked, since only what is below `/data` can be written.
    static func member(for path: String) -> Member? {
        let real = real(path)
        guard real.hasPrefix("/data/"), real.utf8.count > 6 else { return nil }
        let owner: UInt32 =
            if real == storage || real.hasPrefix("\(storage)/") {
                mediaOwner
            } else if real.hasPrefix("/data/local/tmp/") { shellOwner } else { 0 }
        return Member(name: String(real.dropFirst()), owner: owner, group: owner)
    }

    /// The path without the links that stand for the storage.
    static func real(_ path: String) -> String {
        for link in storages where path == link || path.hasPrefix("\(link)/") {
            return storage + path.dropFirst(link.count)
        }
        return path
    }

    /// The folders above a member that a delivery may have to make: below the storage and below `/data/local/tmp`, which
    /// are there.
    static func folders(above name: String) -> [String] {
        let parts = name.split(separator: "/")
        let known = name.hasPrefix("data/media/0/") || name.hasPrefix("data/local/tmp/") ? 3 : 2
        guard parts.count - 1 > known else { return [] }
        return (known + 1...parts.count - 1).map { parts.prefix($0).joined(separator: "/") }
    }
}
