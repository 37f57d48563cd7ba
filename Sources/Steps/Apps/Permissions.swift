import Farm
import Journal

/// Which runtime permissions an app is to have.
enum GrantWish: Sendable, Equatable {
    /// Those that it has.
    case none
    /// All that it asks for.
    case all
    /// These.
    case some([String])

    /// The permissions that are still to be granted, sorted; `nil` when the phone does not tell which it granted.
    func pending(in dump: PackageDump, refused: [String]) -> [String]? {
        switch self {
        case .none: []
        case .all:
            dump.runtimePermissions.filter { !$0.value && !refused.contains($0.key) }.keys.sorted()
        case .some(let names):
            dump.runtimePermissions.isEmpty && !names.isEmpty
                ? nil : names.filter { dump.runtimePermissions[$0] != true }.sorted()
        }
    }
}

/// Grants runtime permissions one by one, or takes them away.
enum Permissions {
    /// Grants what is missing.
    ///
    /// - Returns: The permissions that the phone would not grant, with its words.
    static func grant(
        _ names: [String], to package: PackageName, user: String?, on phone: any ConnectedPhone
    ) async throws -> [(name: String, reason: String)] {
        try await change(names, of: package, revokes: false, user: user, on: phone)
    }

    /// Grants what is missing, or takes away what is there.
    ///
    /// - Returns: The permissions that the phone would not change, with its words.
    static func change(
        _ names: [String], of package: PackageName, revokes: Bool, user: String?, on phone: any ConnectedPhone
    ) async throws -> [(name: String, reason: String)] {
        var refused: [(name: String, reason: String)] = []
        for name in names {
            let place = user.map { ["--user", $0] } ?? []
            let line = ShellLine(["pm", revokes ? "revoke" : "grant"] + place + [package.description, name]).description
            let result = try await phone.run(line)
            let said = result.errorText.isEmpty ? result.text : result.errorText
            // Old versions answer 0 and print a stack trace.
            guard result.exit != 0 || said.contains("Exception") else { continue }
            let words = PhoneLines(said).first { $0.contains("Exception:") }.map(String.init)
            refused.append((name, PhoneWords(words ?? said).firstLine))
        }
        return refused
    }

    /// The failure that refused grants are.
    static func failure(
        _ refused: [(name: String, reason: String)], of package: PackageName, revokes: Bool = false
    ) -> StepFailure? {
        guard let first = refused.first else { return nil }
        let others = refused.count > 1 ? " (and \(refused.count - 1) more)" : ""
        return StepFailure(
            code: "refused", operation: "\(revokes ? "revoke \(first.name) of" : "grant \(first.name) to") \(package)",
            reason: (first.reason.isEmpty ? "the phone gave no reason" : first.reason) + others,
            advice:
                "only permissions that the app's manifest asks for, and that are granted at run time, can be granted")
    }
}
