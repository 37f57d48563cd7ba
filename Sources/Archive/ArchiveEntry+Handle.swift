import CArchive
import Glibc

extension ArchiveEntry {
    /// Copies what the library read.
    ///
    /// - Parameter longestPath: Names that are longer are kept up to one byte more, so that they are seen to be too long
    ///   without taking their memory.
    init(_ pointer: OpaquePointer, longestPath: Int) {
        func text(_ raw: UnsafePointer<CChar>?, _ utf8: UnsafePointer<CChar>?) -> String? {
            guard let bytes = raw ?? utf8 else { return nil }
            let count = strnlen(bytes, longestPath + 1)
            return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
        let hardLink = text(archive_entry_hardlink(pointer), archive_entry_hardlink_utf8(pointer))
        let link = text(archive_entry_symlink(pointer), archive_entry_symlink_utf8(pointer))
        // The bits of `st_mode`; libarchive's own names for them are macros that Swift cannot see.
        let kind: Kind =
            switch archive_entry_filetype(pointer) & 0o170000 {
            case _ where hardLink != nil: .hardLink(to: hardLink ?? "")
            case 0o100000: .file
            case 0o040000: .folder
            case 0o120000: .link(to: link ?? "")
            case 0o020000, 0o060000: .other("a device")
            case 0o010000: .other("a pipe")
            case 0o140000: .other("a socket")
            default: .other("of an unknown kind")
            }
        self.init(
            path: text(archive_entry_pathname(pointer), archive_entry_pathname_utf8(pointer)) ?? "", kind: kind,
            size: archive_entry_size_is_set(pointer) == 0 ? nil : UInt64(max(0, archive_entry_size(pointer))),
            mode: UInt32(archive_entry_perm(pointer)),
            modified: archive_entry_mtime_is_set(pointer) == 0 ? nil : Int64(archive_entry_mtime(pointer)),
            owner: archive_entry_uid(pointer), group: archive_entry_gid(pointer),
            isSparse: archive_entry_sparse_count(pointer) > 0,
            isEncrypted: archive_entry_is_data_encrypted(pointer) != 0)
    }
}
