import Farm
import Lanes

extension SharedBytes {
    var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension FilesPayload.Entry {
    /// The entry as one line: `a/b = text`, `a/link -> target`, `a/folder/`.
    var line: String {
        switch content {
        case .bytes(let bytes): "\(path) = \(bytes.text)"
        case .link(let target): "\(path) -> \(target)"
        case .folder: "\(path)/"
        }
    }
}
