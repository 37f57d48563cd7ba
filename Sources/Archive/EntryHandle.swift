import CArchive

/// Owns one `struct archive_entry *` that describes what is to be written.
struct EntryHandle: ~Copyable {
    let pointer: OpaquePointer

    init() throws(ArchiveError) {
        guard let pointer = archive_entry_new() else {
            throw ArchiveError(.cannotWrite, "start the archive", reason: "out of memory")
        }
        self.pointer = pointer
    }

    deinit { archive_entry_free(pointer) }

    /// Replaces what the handle describes.
    func describe(_ entry: WrittenEntry, withHoles: Bool) {
        archive_entry_clear(pointer)
        archive_entry_copy_pathname(pointer, entry.path)
        archive_entry_set_perm(pointer, entry.mode & 0o7777)
        archive_entry_set_mtime(pointer, time_t(entry.modified), 0)
        archive_entry_set_uid(pointer, Int64(entry.owner))
        archive_entry_set_gid(pointer, Int64(entry.group))
        // The bits of `st_mode`; libarchive's own names for them are macros that Swift cannot see.
        switch entry.kind {
        case .file(let size, let data):
            archive_entry_set_filetype(pointer, 0o100000)
            archive_entry_set_size(pointer, Int64(size))
            if withHoles, let data { describeHoles(size: size, data: data) }
        case .folder:
            archive_entry_set_filetype(pointer, 0o040000)
            archive_entry_set_size(pointer, 0)
        case .link(let text):
            archive_entry_set_filetype(pointer, 0o120000)
            archive_entry_copy_symlink(pointer, text)
            archive_entry_set_size(pointer, 0)
        case .hardLink(let text):
            archive_entry_set_filetype(pointer, 0o100000)
            archive_entry_copy_hardlink(pointer, text)
            archive_entry_set_size(pointer, 0)
        }
    }

    private func describeHoles(size: UInt64, data: [Range<UInt64>]) {
        for range in data where !range.isEmpty {
            archive_entry_sparse_add_entry(pointer, Int64(range.lowerBound), Int64(range.count))
        }
        // A file that is one hole is told by a stretch of no length at its end.
        if !data.contains(where: { !$0.isEmpty }), size > 0 { archive_entry_sparse_add_entry(pointer, Int64(size), 0) }
    }
}
