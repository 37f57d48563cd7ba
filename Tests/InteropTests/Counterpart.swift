import DroverTesting
import Foundation
import Testing

/// A real program from outside that the tests meet, and why it cannot be met where it is missing.
enum Counterpart: String, CaseIterable, CustomTestStringConvertible {
    /// Debian's own adb, version 29.
    case debianADB = "adb of Debian"
    /// The adb of the wheel, version 36.
    case currentADB = "adb 36"
    /// Debian 13's adbd.
    case adbd = "adbd"

    /// The clients, for tests that are run with each of them.
    static let clients: [Self] = [.debianADB, .currentADB]

    var testDescription: String { rawValue }

    /// The project's own folder.
    static let project = RepositoryFile.root

    /// The program, or the script that runs it.
    var path: String {
        switch self {
        case .debianADB: "/usr/bin/adb"
        case .currentADB: "\(Self.project)/.build/interop/adb36/adb"
        case .adbd: "\(Self.project)/scripts/run-adbd.sh"
        }
    }

    /// Whether tests can meet it.
    var isThere: Bool {
        let proof = self == .adbd ? "\(Self.project)/.build/interop/adbd/ready" : path
        return FileManager.default.fileExists(atPath: proof)
    }

    /// Why it is not there, for the line that says that a test was skipped.
    var absence: Comment {
        let note: String
        switch self {
        case .debianADB: return "there is no /usr/bin/adb: run `make setup`"
        case .currentADB: note = "adb36.missing"
        case .adbd: note = "adbd.missing"
        }
        // The note is written only by a set-up that failed; without one nobody has tried.
        let reason = try? String(contentsOfFile: "\(Self.project)/.build/interop/\(note)", encoding: .utf8)
        return Comment(rawValue: reason ?? "\(rawValue) was not fetched: run `make interop`")
    }
}

/// An environment without the settings of whoever runs the tests.
func cleanEnvironment(home: String, _ more: [String: String] = [:]) -> [String: String] {
    let base = ["HOME": home, "TMPDIR": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
    return base.merging(more) { $1 }
}
