import Archive

/// Takes the APKs out of an `.apks` or `.xapk`.
enum Unpacking {
    private static let mostParts = 1000

    /// The APKs inside and the names of other files that the app may need.
    static func parts(
        of source: ByteSource, directory: ZipDirectory
    ) throws(APKError) -> ([AppBundle.Part], [String]) {
        let wanted = try wantedNames(of: source, directory: directory)
        guard case .file(let descriptor, let path, _) = source else {
            throw APKError(.unsupported, source.path, "is a bundle, and one APK is due")
        }
        var parts: [AppBundle.Part] = []
        do {
            var reader = try ArchiveReader(descriptor: descriptor)
            while parts.count < wanted.count, let entry = try reader.next() {
                guard wanted.contains(entry.path), entry.kind == .file else { continue }
                parts.append(try unpack(entry, from: &reader, path: path))
            }
        } catch let error as ArchiveError {
            throw APKError(.damaged, path, "is damaged: \(error.reason)")
        } catch let error as APKError {
            throw error
        } catch {
            throw APKError(.damaged, path, "is damaged")
        }
        guard parts.count == wanted.count else {
            throw APKError(.damaged, path, "is damaged: \(parts.count) of its \(wanted.count) APKs can be read")
        }
        return (parts, directory.names.filter { $0.hasPrefix("Android/obb/") && !$0.hasSuffix("/") }.sorted())
    }

    private static func unpack(
        _ entry: ArchiveEntry, from reader: inout ArchiveReader, path: String
    ) throws(APKError) -> AppBundle.Part {
        let name = AppBundle.lastName(entry.path)
        let file = try PartFile(unpacking: &reader, of: path)
        do {
            return AppBundle.Part(name: name, apk: try APKFile(path: file.path), file: file)
        } catch {
            throw APKError(error.code, "\(path): \(entry.path)", error.reason, advice: error.advice)
        }
    }

    private static func wantedNames(of source: ByteSource, directory: ZipDirectory) throws(APKError) -> Set<String> {
        let all = directory.names.filter { $0.hasSuffix(".apk") }
        // bundletool puts alternatives for old phones beside the splits.
        let splits = all.filter { $0.hasPrefix("splits/") }
        let wanted = splits.isEmpty ? all : splits
        guard !wanted.isEmpty else {
            throw APKError(.noManifest, source.path, "has no AndroidManifest.xml and no .apk inside, so it is no app")
        }
        guard wanted.count <= mostParts else {
            throw APKError(.mixedBundle, source.path, "holds \(wanted.count) APKs")
        }
        let names = Set(wanted)
        guard names.count == wanted.count else {
            throw APKError(.damaged, source.path, "is damaged: it holds two entries of the same name")
        }
        return names
    }
}
