public import Farm
import Crypto
import Lanes

/// A local file that is to run on phones: a native program for Android, or a script of the phone's shell.
public final class ProgramFile: Sendable {
    /// What a phone must have to run it.
    enum Kind: Hashable, Sendable {
        /// A processor, in the words of `ro.product.cpu.abilist`.
        case native(abi: String)
        /// An interpreter.
        case script
    }

    /// What it is.
    let kind: Kind
    /// Its name on phones: letters, digits, `.`, `_` and `-`.
    let name: String
    /// The file.
    let content: SharedBytes
    /// The hash of its content, as 64 lower-case hex digits.
    let sha256: String

    /// Looks at what is to be delivered.
    ///
    /// - Throws: ``PayloadError`` for what no phone could run: a folder, an empty file, a text, a library, and what was built
    ///   for another system.
    public init(_ files: FilesPayload) throws(PayloadError) {
        guard !files.isFolder, let entry = files.entries.first, case .bytes(let bytes) = entry.content else {
            throw PayloadError(path: files.source, reason: "is a folder, and a program is due")
        }
        content = bytes
        name = Self.name(of: entry.path)
        kind = try bytes.withUnsafeBytes { (all) throws(PayloadError) in
            do throws(ProgramFault) {
                return try Self.kind(of: all)
            } catch {
                throw PayloadError(path: files.source, reason: error.reason, advice: error.advice)
            }
        }
        sha256 = entry.sha256 ?? bytes.withUnsafeBytes { SHA256.hash(of: Array($0)) }.hex
    }

    /// The same for all phones that get it.
    static func shared(_ files: FilesPayload) throws -> ProgramFile {
        try files.derived.value(for: "program") { () throws(PayloadError) in try ProgramFile(files) }
    }

    private static func name(of path: String) -> String {
        let last = path.split(separator: "/").last ?? ""
        let bytes = last.utf8.prefix(64).map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"): byte
            default: UInt8(ascii: "_")
            }
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.isEmpty || name.hasPrefix(".") || name.hasPrefix("-") ? "program" + name : name
    }

    private static func kind(of bytes: UnsafeRawBufferPointer) throws(ProgramFault) -> Kind {
        guard !bytes.isEmpty else { throw ProgramFault("is empty, and a program is due") }
        if bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) { return .native(abi: try NativeHeader(bytes).abi()) }
        guard bytes.starts(with: Array("#!".utf8)) else {
            throw ProgramFault(
                "is neither a native program (ELF) nor a script that begins with #!",
                advice: "begin a script with #!/system/bin/sh")
        }
        guard bytes.prefix(128).prefix(while: { $0 != UInt8(ascii: "\n") }).last != UInt8(ascii: "\r") else {
            throw ProgramFault(
                "has lines that end as on Windows, so that no phone finds its interpreter",
                advice: "save it with line feeds alone")
        }
        return .script
    }
}

/// Why no phone could run a file.
struct ProgramFault: Error, Hashable {
    let reason: String
    let advice: String?

    init(_ reason: String, advice: String? = nil) {
        self.reason = reason
        self.advice = advice
    }
}
