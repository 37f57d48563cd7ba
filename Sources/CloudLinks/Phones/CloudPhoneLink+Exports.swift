import Archive
import CloudPhone
import Dispatch
import Farm
import Lanes
import ObjectStorage

/// How files of a cloud phone come here: the service writes them to the bucket, and they are got from there.
extension CloudPhoneLink {
    /// Where exports lie in the bucket until they have been got.
    private static let exports = "\(Staging.prefix)exports/"

    func copy(of paths: [RemotePath], progress: ProgressMeter) async throws -> (any ConnectedTarget)? {
        let operation = "pull \(paths.map(\.path).joined(separator: ", "))"
        let staging = try session.staging(for: operation)
        let includes = try paths.map { try Self.exported($0, operation) }
        let prefix = "\(Self.exports)\(BatchCall.mark("of", includes).dropFirst(3))-"
        let object = BatchCall.ObjectName(bucket: staging.bucket, prefix: prefix)
        let key = object.key(for: place.phone)
        do {
            guard try await export(includes, excluding: [], to: object, operation) else { return nil }
            return try await copied(key, from: staging, operation, progress)
        } catch let error as ServiceError where error.code == "NoSuchKey" && !attempt.pending.isEmpty {
            // An earlier process had got it and removed it, and came no further.
            var link = self
            link.attempt = BatchedAttempt(limit: attempt.limit, note: attempt.note)
            guard try await link.export(includes, excluding: [], to: object, operation) else { return nil }
            return try await copied(key, from: staging, operation, progress)
        }
    }

    /// Has files written to the bucket, for this phone under a name of its own.
    ///
    /// - Returns: Whether there was something.
    func export(
        _ includes: [String], excluding excludes: [String], to object: BatchCall.ObjectName, _ operation: String
    ) async throws -> Bool {
        let call = BatchCall.export(paths: includes, excluded: excludes, to: object)
        do {
            guard case .failed(let fault, let output) = try await answer(to: call, operation) else { return true }
            throw ServiceError(fault, saying: output, operation)
        } catch let error as ServiceError where error.code == Self.noFiles {
            // Of nothing there is nothing to export; characters and places were looked at before.
            return false
        }
    }

    /// The code of files that cannot be exported (Cloud Phone API, codes).
    private static let noFiles = "CPS.0168"

    private func copied(
        _ key: String, from staging: Staging, _ operation: String, _ progress: ProgressMeter
    ) async throws -> any ConnectedTarget {
        let folder = session.scratch
        let file = try ScratchCopy(in: folder, named: "export-\(place.phone)")
        try await inFarmWords(operation) { try await staging.get(key, to: file.path, progress) }
        let files: ExportedFiles
        do {
            files = try await DeliveryPacking.offLane { [id, lane] in
                try ExportedFiles(reading: file.path, scratch: folder, of: id, on: lane)
            }
        } catch let error as ArchiveError {
            throw ServiceError(
                "bad-export", operation: operation, reason: "what the service exported is no archive: \(error.reason)",
                outcome: .refusedForNow)
        }
        await staging.remove(key)
        return files
    }

    /// A path as an export takes it: of a pattern what all its matches begin with.
    private static func exported(_ path: RemotePath, _ operation: String) throws(ServiceError) -> String {
        let real = PhoneRoot.real(path.path)
        let start = real.prefix { !"*?[".contains($0) }
        let wish = start.count < real.count ? "\(start)*" : real
        do throws(CheckFault) {
            try PathCheck.exported(wish)
        } catch {
            throw ServiceError(
                "unsupported", operation: operation,
                reason: "the cloud's service exports no such path: \(error.reason)",
                advice: "pull a folder above it, below /sdcard, /data or /cache, or reach the phone over ADB")
        }
        return wish
    }

    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        guard let copy = try await copy(of: [path], progress: progress) else {
            return .refused(reason: "No such file or directory")
        }
        return try await copy.pull(path, into: sink, progress: progress)
    }

    func export(_ paths: [RemotePath], excluding: [RemotePath], as name: String) async throws -> String {
        let operation = "export \(paths.map(\.path).joined(separator: ", "))"
        let staging = try session.staging(for: operation)
        let object = BatchCall.ObjectName(bucket: staging.bucket, prefix: "\(name)/")
        let isThere = try await export(
            try paths.map { try Self.exported($0, operation) },
            excluding: try excluding.map { try Self.exported($0, operation) }, to: object, operation)
        guard isThere else {
            throw ServiceError("no-such-file", operation: operation, reason: "there is nothing of it on the phone")
        }
        return "obs://\(staging.bucket)/\(object.key(for: place.phone))"
    }

    func restore(_ name: String) async throws {
        let operation = "import \(name)"
        let staging = try session.staging(for: operation)
        let isOne = name.hasSuffix(".tar")
        let object = BatchCall.ObjectName(bucket: staging.bucket, prefix: isOne ? name : "\(name)/", isWhole: isOne)
        if case .failed(let fault, let output) = try await answer(to: .restore(from: object), operation) {
            throw ServiceError(fault, saying: output, operation)
        }
    }
}
