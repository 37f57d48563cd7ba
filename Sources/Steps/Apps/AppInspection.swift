import Farm
import Journal

/// What a phone has of an app that is to be installed, compared with the build at hand.
struct AppInspection: Sendable {
    /// How the two compare.
    enum Content: Sendable, Equatable {
        /// The phone does not have the app.
        case absent
        /// Another version is there.
        case otherVersion(UInt64)
        /// The same version with other bytes is there.
        case otherContent
        /// The very same bytes are there.
        case same
        /// It cannot be told.
        case unproved(String)
    }

    let content: Content
    /// What the phone told, when it has the app.
    let dump: PackageDump?
    /// What was remembered and still holds.
    let record: InstalledRecord?

    /// Looks at the phone: one `dumpsys` when the app was seen before, and two more commands when it was not.
    static func look(for app: AppPayload, on phone: any ConnectedPhone, memory: any PhoneMemory) async throws -> Self {
        let wayIn = phone.facts["way-in"] ?? ""
        let dump: PackageDump
        switch try await packageAnswer(app.package, on: phone) {
        case .absent: return Self(content: .absent, dump: nil, record: nil)
        case .unclear(let why): return Self(content: .unproved(why), dump: nil, record: nil)
        case .installed(let found): dump = found
        }
        let record = memory.recall(key(app.package), of: phone.id).flatMap(InstalledRecord.init(reading:))
        let valid = record.flatMap { $0.holds(for: dump, by: wayIn) ? $0 : nil }
        if let version = dump.versionCode, version != UInt64(bitPattern: app.versionCode) {
            return Self(content: .otherVersion(version), dump: dump, record: valid)
        }
        let wanted = app.parts.map { $0.sha256.lowercased() }.sorted()
        if let valid {
            return Self(content: valid.sums == wanted ? .same : .otherContent, dump: dump, record: valid)
        }
        switch try await sums(of: app.package, on: phone) {
        case .failure(let why):
            return Self(content: .unproved(why.text), dump: dump, record: nil)
        case .success(let found):
            // The signer of unknown content is unknown too.
            let fresh = InstalledRecord(of: dump, by: wayIn, sums: found, signer: found == wanted ? app.signer : "")
            memory.remember(fresh?.text, as: key(app.package), of: phone.id)
            return Self(content: found == wanted ? .same : .otherContent, dump: dump, record: fresh)
        }
    }

    /// Asks a phone for a package.
    static func packageAnswer(_ package: PackageName, on phone: any ConnectedPhone) async throws -> PackageAnswer {
        let line = ShellLine("dumpsys", "package", package.description).description
        let result = try await phone.run(line, input: [], outputLimit: 4 << 20)
        return PackageAnswer(dump: result.isTruncated ? "" : result.text, package: package.description)
    }

    /// The key under which a package is remembered.
    static func key(_ package: PackageName) -> String { "app \(package)" }

    private struct Why: Error { let text: String }

    /// Hashes the installed files on the phone.
    private static func sums(
        of package: PackageName, on phone: any ConnectedPhone
    ) async throws -> Result<[String], Why> {
        let listed = try await phone.run(ShellLine("pm", "path", package.description).description)
        let files = InstalledFiles(reading: listed.text)
        guard !files.paths.isEmpty else {
            return .failure(Why(text: "the phone did not tell where its files are"))
        }
        guard files.paths.count <= 256 else {
            return .failure(Why(text: "the phone tells of \(files.paths.count) files"))
        }
        let result = try await phone.run(ShellLine(["sha256sum"] + files.paths).description)
        guard let sums = FileSums(reading: result.text).sums(of: files.paths) else {
            let said = PhoneWords(result.errorText.isEmpty ? result.text : result.errorText).firstLine
            return .failure(Why(text: "the phone could not hash its files" + (said.isEmpty ? "" : " (\(said))")))
        }
        return .success(sums)
    }
}
