import DroverTesting
import Foundation
import Testing

/// Python with the official SDKs of the cloud and a store of others, as set-up fetches it.
enum CloudSDK {
    static let folder = "\(RepositoryFile.root)/.build/interop/cloud-sdk"
    static let python = "\(folder)/bin/python3"

    static var isThere: Bool { FileManager.default.fileExists(atPath: "\(folder)/complete") }

    /// Why it is not there, for the line that says that a test was skipped.
    static var absence: Comment {
        // The note is written only by a set-up that failed; without one nobody has tried.
        let note = RepositoryFile.text(at: "\(RepositoryFile.root)/.build/interop/cloud-sdk.missing")
        return Comment(rawValue: note ?? "the cloud's SDK was not fetched: run `make interop`")
    }
}
