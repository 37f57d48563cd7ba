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
    public static func push(_ source: String, to destination: RemotePath, force: Bool = false) -> any StepKind {
        Push(from: source, to: destination, force: force)
    }

    /// A file or a folder to be pulled into the run's folder.
    public static func pull(_ source: RemotePath, to name: String? = nil) -> any StepKind {
        Pull(from: source, to: name)
    }
}
