import Glibc
import Lanes

/// The folder of the lease book, found and looked at.
public struct LeasePlace: Hashable, Sendable {
    /// Where it is.
    public let path: String

    /// The folder that a machine's administrator may make for it.
    static let administered = "/var/lib/drover/leases"
    /// The folder that everybody may make.
    static let common = "/var/tmp/drover-leases"

    /// The folder that all users of this machine see: `$DROVER_LEASES`, else `/var/lib/drover/leases` where there is one,
    /// else `/var/tmp/drover-leases`.
    ///
    /// - Throws: ``CustodyError`` when the folder cannot be used or trusted.
    public init(environment: [String: String]) throws(CustodyError) {
        try self.init(environment: environment, administered: Self.administered, common: Self.common)
    }

    init(environment: [String: String], administered: String, common: String) throws(CustodyError) {
        if let path = environment["DROVER_LEASES"], !path.isEmpty {
            try self.init(path, isMade: true)
        } else if access(administered, F_OK) == 0 {
            // Never past it: two users with two books would not see each other.
            try self.init(administered, isMade: false)
        } else {
            try self.init(common, isMade: true)
        }
    }

    private init(_ path: String, isMade: Bool) throws(CustodyError) {
        if isMade, mkdir(path, 0o1777) == 0 {
            // Past the umask; everybody has to be able to write down what they hold.
            chmod(path, 0o1777)
        } else if isMade, errno != EEXIST {
            throw CustodyError(
                .badPlace, operation: "make the folder of leases \(path)", SystemError("mkdir"),
                advice: "name a folder that all users of this machine can write in DROVER_LEASES")
        }
        self.path = path
        try look()
    }

    private func look() throws(CustodyError) {
        let operation = "look at the folder of leases \(path)"
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw CustodyError(.badPlace, operation: operation, SystemError("lstat"))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let kind = status.st_mode & S_IFMT == S_IFLNK ? "it is a symbolic link" : "it is no folder"
            throw CustodyError(
                .badPlace, operation: operation, reason: kind,
                advice: "whoever made it could send leases elsewhere: remove it, or name a folder in DROVER_LEASES")
        }
        let isOpen = status.st_mode & S_IWOTH != 0
        guard !isOpen || status.st_mode & S_ISVTX != 0 else {
            throw CustodyError(
                .badPlace, operation: operation, reason: "everybody can remove the others' leases there",
                advice: "run `chmod 1777 \(path)`")
        }
        guard isOpen || status.st_uid == 0 || status.st_uid == geteuid() else {
            throw CustodyError(
                .badPlace, operation: operation, reason: "it belongs to user \(status.st_uid), for themselves",
                advice: "have them run `chmod 1777 \(path)`, or name another folder in DROVER_LEASES")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw CustodyError(
                .badPlace, operation: operation, SystemError("access"),
                advice: "leases are kept where all users see them: ask for the right to write there")
        }
    }
}
