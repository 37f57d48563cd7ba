import APK
import Crypto
import Farm
import Lanes
import Packing

/// Makes an app ready: looks into its parts, maps and hashes them.
enum AppSource {
    static func open(_ path: String) throws(PayloadError) -> Opened<AppPayload> {
        guard let before = FileStamp(of: path) else { throw PayloadError(path: path, reason: "does not exist") }
        let bundle = try bundle(at: path)
        let package: PackageName
        do {
            package = try PackageName(validating: bundle.manifest.package)
        } catch {
            throw PayloadError(path: path, reason: "has an impossible package name")
        }
        var parts: [AppPayload.Part] = []
        var below: [(path: String, stamp: FileStamp)] = []
        for part in bundle.parts {
            let (ready, stamp) = try ready(part, of: path)
            parts.append(ready)
            if part.file.path == "\(path)/\(part.name)" { below.append((part.name, stamp)) }
        }
        let stamps = StampedPaths(root: before, below: below)
        if let error = stamps.change(in: path) { throw error }
        let manifest = bundle.manifest
        let app = AppPayload(
            package: package, versionCode: manifest.versionCode, versionName: manifest.versionName,
            signer: bundle.signer.hex, minSDK: bundle.parts.map(\.apk.manifest.minSDK).max() ?? manifest.minSDK,
            isTestOnly: manifest.isTestOnly, parts: parts, source: path,
            expansions: bundle.otherFiles)
        return Opened(value: app, stamps: stamps)
    }

    private static func bundle(at path: String) throws(PayloadError) -> AppBundle {
        do {
            return try AppBundle(path: path)
        } catch {
            // The error may name a part inside the source; the path that people gave comes first all the same.
            let part =
                error.path == path
                ? "" : "contains \(error.path.dropPrefix("\(path): ").dropPrefix("\(path)/")), which "
            throw PayloadError(path: path, reason: part + error.reason, advice: error.advice)
        }
    }

    private static func ready(
        _ part: AppBundle.Part, of path: String
    ) throws(PayloadError) -> (AppPayload.Part, FileStamp) {
        do {
            let file = try LocalFile.open(part.file.path)
            let digest = try file.hash()
            let bytes = try file.mapped()
            guard file.isUnchanged(), UInt64(bytes.count) == part.apk.sizeInBytes else {
                throw StampedPaths.changed(path, part.name)
            }
            return (AppPayload.Part(name: part.sessionName, bytes: bytes, sha256: digest.hex), file.stamp)
        } catch let error as SystemError {
            throw PayloadError(path: path, reason: "cannot be read: \(error.reason)")
        } catch let error as PayloadError {
            throw error
        } catch {
            throw PayloadError(path: path, reason: "cannot be read")
        }
    }
}

extension String {
    fileprivate func dropPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
