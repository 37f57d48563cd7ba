import DroverTesting
import Foundation
import Testing

/// Python programs of others in a folder of their own, as set-up fetches them.
enum PythonPrograms: String {
    /// The official SDKs of the cloud and a store of others.
    case cloudSDK = "cloud-sdk"
    /// Ansible.
    case ansible

    private var home: String { "\(RepositoryFile.root)/.build/interop" }

    /// The folder of its programs.
    var programs: String { "\(home)/\(rawValue)/bin" }

    var isThere: Bool { FileManager.default.fileExists(atPath: "\(home)/\(rawValue)/complete") }

    /// Why it is not there, for the line that says that a test was skipped.
    var absence: Comment {
        // The note is written only by a set-up that failed; without one nobody has tried.
        let note = RepositoryFile.text(at: "\(home)/\(rawValue).missing")
        return Comment(rawValue: note ?? "\(rawValue) was not fetched: run `make interop`")
    }
}

/// Python with the official SDKs of the cloud and a store of others.
enum CloudSDK {
    static let python = "\(PythonPrograms.cloudSDK.programs)/python3"
    static var isThere: Bool { PythonPrograms.cloudSDK.isThere }
    static var absence: Comment { PythonPrograms.cloudSDK.absence }
}
