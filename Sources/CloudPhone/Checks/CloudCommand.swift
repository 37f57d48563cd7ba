/// What a call of the service's ADB commands does (Cloud Phone API, commands).
public enum CloudCommand: String, Hashable, Sendable, CaseIterable {
    /// Installs one APK from the storage.
    case install
    /// Installs the splits of one app from the storage.
    case installMultiple = "install-multiple"
    /// Uninstalls a package.
    case uninstall
    /// Unpacks a tar from the storage at the phone's root.
    case push
    /// Runs a shell line.
    case shell
}
