import Farm
import Packing

/// The paths that a payload was read from and how each of them looked then.
struct StampedPaths: Sendable {
    /// The file or folder that was asked for.
    let root: FileStamp
    /// Everything below it, by relative path.
    let below: [(path: String, stamp: FileStamp)]

    /// What is different now, as an error; `nil` when nothing is.
    func change(in path: String) -> PayloadError? {
        guard FileStamp(of: path) == root else { return Self.changed(path, nil) }
        for (relative, stamp) in below where FileStamp(ofLink: "\(path)/\(relative)") != stamp {
            return Self.changed(path, relative)
        }
        return nil
    }

    static func changed(_ path: String, _ part: String?) -> PayloadError {
        PayloadError(
            path: path,
            reason: part.map { "has changed since the run began: \($0)" } ?? "has changed since the run began",
            advice: "let a build finish first, then run again")
    }
}
