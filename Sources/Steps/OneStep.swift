public import Farm
import PlaybookLanguage

/// Step kinds made from typed values, without a playbook: what the one-step commands run.
public enum OneStep {
    /// A shell line; it is final, so that `${{` in it means nothing.
    ///
    /// - Parameters:
    ///   - line: The words of the command joined by blanks, as `adb shell` joins them.
    ///   - outputLimit: Bytes kept of each of output and error; the run's own limit when nil.
    public static func shell(_ line: String, outputLimit: ByteCount? = nil) -> any StepKind {
        Shell(line: line, outputLimit: outputLimit)
    }

    /// An app to be installed.
    ///
    /// - Parameters:
    ///   - app: A local path.
    ///   - permissions: `["all"]`, or names of permissions.
    public static func install(
        _ app: String, permissions: [String] = [], downgrade: Bool = false, test: Bool = false, user: String? = nil,
        keepData: Bool = true, force: Bool = false
    ) -> any StepKind {
        let wish: GrantWish = permissions == ["all"] ? .all : (permissions.isEmpty ? .none : .some(permissions))
        return Install(
            app: app, grant: wish, downgrade: downgrade, test: test, user: user, keepData: keepData, force: force)
    }

    /// An app to be uninstalled.
    public static func uninstall(
        _ package: PackageName, keepData: Bool = false, user: String? = nil
    ) -> any StepKind {
        Uninstall(app: package, keepData: keepData, user: user)
    }

    /// A file, or the contents of a folder, to be pushed.
    ///
    /// - Parameters:
    ///   - delete: Whether what is in the folder on the phone and not in `source` is removed.
    ///   - owns: Whether that may be done in a folder that was there before.
    public static func push(
        _ source: String, to destination: RemotePath, force: Bool = false, delete: Bool = false, owns: Bool = false
    ) -> any StepKind {
        Push(from: source, to: destination, force: force, delete: delete, owns: owns)
    }

    /// Why a push removes nothing in a folder, whatever is said: `/sdcard is where others have their files, too`; nil where
    /// it may.
    public static func deletionRefusal(in folder: RemotePath) -> String? {
        DeletionGround.refusal(of: folder).map { "\(folder.path) \($0)" }
    }

    /// The Android user that a word means: a number, `all` or `current`; nil for anything else.
    public static func androidUser(_ text: String) -> String? {
        if text == "all" || text == "current" { return text }
        return Int(text).flatMap { $0 >= 0 ? String($0) : nil }
    }

    /// Whether a word can be the name of a permission.
    public static func isPermission(_ text: String) -> Bool {
        text.contains(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// The words for what a pull can make of what it brings.
    public static var packings: [String] { PullWish.packings }

    /// A file or a folder to be pulled into the run's folder.
    ///
    /// - Parameter packing: One of ``packings``; nil for the files themselves.
    public static func pull(
        _ source: RemotePath, to name: String? = nil, packing: String? = nil, include: [String] = [],
        exclude: [String] = []
    ) -> any StepKind {
        Pull(from: [source], to: name, pack: packing, include: include, exclude: exclude)
    }
}
