import Crypto
import Farm
import Lanes

/// An app as it lies in the storage that phones share, from where each of them installs it for itself.
///
/// A shared app of the service's own would be gone after a restart, and its data would come from another phone; these are
/// installed as any other, and only their files are shared until then.
final class ShelfApp: Sendable {
    /// Its files.
    let delivery: BatchedDelivery
    /// The folder that they are in.
    let folder: RemotePath
    private let program: String

    private static let root = "/data/local/tmp/.drover/shared"
    private static let script = "install.sh"

    /// By what the same app is known again.
    static func id(of app: AppPayload) -> String {
        let parts = app.parts.map { "\($0.name) \($0.sha256)" }
        return String(SHA256.hash(of: parts.joined(separator: "\n")).hex.prefix(24))
    }

    init(_ app: AppPayload, id: String) throws(FarmError) {
        let folder = "\(Self.root)/\(id)"
        self.folder = try RemotePath(validating: folder)
        var files: [FileToPush] = []
        for (number, part) in app.parts.enumerated() {
            files.append(try Self.file("\(folder)/\(number).apk", part.bytes))
        }
        if app.parts.count == 1 {
            program = "pm install FLAGS \(folder)/0.apk"
        } else {
            files.append(try Self.file("\(folder)/\(Self.script)", SharedBytes(Array(Self.session(of: app).utf8))))
            program = "sh \(folder)/\(Self.script) FLAGS"
        }
        delivery = BatchedDelivery(files)
    }

    /// The line that installs it on a phone, of characters that the service takes.
    func line(_ flags: [String]) -> String {
        program.replacing("FLAGS", with: flags.joined(separator: " "))
    }

    private static func file(_ path: String, _ bytes: SharedBytes) throws(FarmError) -> FileToPush {
        FileToPush(path: try RemotePath(validating: path), content: .bytes(bytes), mode: 0o644, modified: 0)
    }

    /// The several APKs of an app go into one session; its flags are those of the script.
    private static func session(of app: AppPayload) -> String {
        var text = """
            cd "${0%/*}" || exit 1
            said=$(pm install-create -S \(app.size) "$@" 2>&1)
            session=${said##*\\[}
            session=${session%%\\]*}
            case "$session" in
            ''|*[!0-9]*) echo "$said"; exit 1 ;;
            esac

            """
        for (number, part) in app.parts.enumerated() {
            let name = part.name.replacing("'", with: "")
            text += "pm install-write -S \(part.bytes.count) \"$session\" '\(name)' \"$PWD/\(number).apk\" || "
            text += "{ pm install-abandon \"$session\"; exit 1; }\n"
        }
        return text + "pm install-commit \"$session\"\n"
    }
}
