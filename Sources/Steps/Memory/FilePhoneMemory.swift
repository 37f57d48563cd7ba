public import Farm
import Glibc
import Lanes
import Synchronization

/// A memory kept as one small file per phone in a folder.
///
/// Every change replaces the phone's file as a whole, so that a reader never sees half of it; of two programs that
/// write at once the last one wins, and the other's entry is merely asked for again.
public final class FilePhoneMemory: PhoneMemory {
    private let folder: String
    /// Read-modify-write of a file must not be interleaved between lanes.
    private let writing = Mutex(0)

    /// Keeps the memory in `folder`, which is made when the first entry is written.
    public init(folder: String) {
        self.folder = folder
    }

    /// What was remembered under a key, or nil.
    public func recall(_ key: String, of phone: TargetID) -> String? {
        read(phone).entries[key]
    }

    /// Remembers a value, or forgets it (nil); a folder that cannot be written is passed over in silence.
    public func remember(_ value: String?, as key: String, of phone: TargetID) {
        guard MemoryPage.accepts(key), MemoryPage.accepts(value ?? "") else { return }
        writing.withLock { count in
            count += 1
            var page = read(phone)
            guard page.entries[key] != value else { return }
            if page.entries.count >= MemoryPage.mostEntries { page = MemoryPage() }
            page.entries[key] = value
            write(page, of: phone, number: count)
        }
    }

    /// The file of a phone; whatever its name holds, the file lies in the folder.
    func path(of phone: TargetID) -> String {
        var name = ""
        for byte in phone.name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.append(Character(Unicode.Scalar(byte)))
            default:
                name += "%" + String(byte, radix: 16)
            }
        }
        return "\(folder)/\(phone.kind.rawValue)-\(name.prefix(200))"
    }

    private func read(_ phone: TargetID) -> MemoryPage {
        let descriptor = open(path(of: phone), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return MemoryPage() }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 16 << 20 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        return MemoryPage(reading: String(decoding: bytes, as: UTF8.self))
    }

    private func write(_ page: MemoryPage, of phone: TargetID, number: Int) {
        makeFolder()
        let final = path(of: phone)
        let temporary = "\(final).\(getpid()).\(number)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        let isWhole: ()? = try? Array(page.text.utf8).withUnsafeBytes { try $0.write(to: descriptor) }
        close(descriptor)
        if isWhole == nil || rename(temporary, final) != 0 { unlink(temporary) }
    }

    private func makeFolder() {
        var path = ""
        for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
            path += part + "/"
            // What exists already fails with EEXIST; what cannot be made shows when the file is opened.
            mkdir(path, 0o700)
        }
    }
}
