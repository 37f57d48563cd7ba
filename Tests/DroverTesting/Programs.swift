import Foundation
import Glibc

/// Writes a file that can be run at once: another process writes it.
///
/// A program that anybody has open for writing cannot be run ("Text file busy"). A process that another test starts
/// between our opening and closing a file holds it until it has become its program, and would be that anybody.
///
/// - Throws: `POSIXError` if the file could not be written.
public func placeFile(_ bytes: [UInt8], at path: String) throws {
    let folder = try ScratchFolder()
    let source = try folder.write(bytes, to: "content")
    let id = try spawn(["/bin/cp", "--", source, path], [:], output: STDERR_FILENO, error: STDERR_FILENO)
    guard reap(id) == 0 else { throw POSIXError(.EIO) }
}

extension ScratchFolder {
    /// Writes a program that can be run at once, with the folders that it needs.
    public func addProgram(_ text: String, at name: String) throws {
        let place = "\(path)/\(name)"
        try folder(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
        try placeFile(Array(text.utf8), at: place)
        guard chmod(place, 0o755) == 0 else { throw POSIXError(.EIO) }
    }

    /// Links the `systemctl` and `journalctl` of the fixtures into `bin`, below a folder of this one.
    public func addServicePrograms(below root: String = ".") throws {
        try folder("\(root)/bin")
        for name in ["systemctl", "journalctl"] {
            try link("\(root)/bin/\(name)", to: RepositoryFile.path("fixtures/hosts/\(name)"))
        }
    }
}
