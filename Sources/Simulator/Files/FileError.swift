/// What a phone's kernel answers when a file operation cannot be done.
public enum FileError: Error, Sendable, Hashable {
    case notPermitted, noSuchFile, accessDenied, exists, notDirectory, isDirectory, invalid, noSpace, readOnly,
        tooManyLinks, notEmpty

    /// The Linux error number.
    public var number: UInt32 {
        switch self {
        case .notPermitted: 1
        case .noSuchFile: 2
        case .accessDenied: 13
        case .exists: 17
        case .notDirectory: 20
        case .isDirectory: 21
        case .invalid: 22
        case .noSpace: 28
        case .readOnly: 30
        case .notEmpty: 39
        case .tooManyLinks: 40
        }
    }

    /// The C library's words for it.
    public var text: String {
        switch self {
        case .notPermitted: "Operation not permitted"
        case .noSuchFile: "No such file or directory"
        case .accessDenied: "Permission denied"
        case .exists: "File exists"
        case .notDirectory: "Not a directory"
        case .isDirectory: "Is a directory"
        case .invalid: "Invalid argument"
        case .noSpace: "No space left on device"
        case .readOnly: "Read-only file system"
        case .notEmpty: "Directory not empty"
        case .tooManyLinks: "Too many symbolic links encountered"
        }
    }
}
