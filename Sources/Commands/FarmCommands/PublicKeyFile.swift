import Crypto
import SourceText

/// Reads an `adbkey.pub`.
enum PublicKeyFile {
    /// The key in a file.
    ///
    /// - Throws: ``CommandFailure``.
    static func read(_ path: String) throws(CommandFailure) -> RSAPublicKey {
        let file = try readSource(path, as: "public key")
        do {
            return try RSAPublicKey(adbText: String(decoding: file.bytes, as: UTF8.self))
        } catch {
            throw CommandFailure("\(path) is no adb public key: \(error)")
        }
    }
}
