import CloudPhone
import Farm
import Lanes

/// Apps that were exported from a phone to the bucket, each once for all servers of a run that are to share it.
struct SharedExports: Sendable {
    /// An app as it lies in the bucket.
    struct Exported: Sendable {
        let bucket: String
        let key: String
        /// The size of its tar.
        let bytes: UInt64
    }

    /// What makes two orders the same.
    private struct Wish: Hashable {
        let package: PackageName
        let seed: String
        let content: [String]

        init(_ order: SharedAppOrder) {
            package = order.package
            seed = order.seed
            content = order.app?.parts.map(\.sha256) ?? []
        }
    }

    private let exports: OnceForAll<Wish, Exported>

    init(on lane: Lane) { exports = OnceForAll(on: lane) }

    /// The app in the bucket, exported when nobody else has it done.
    ///
    /// - Throws: ``ServiceError``, `CloudError`, `ObjectStorageError`.
    func export(_ order: SharedAppOrder, by link: CloudServerLink) async throws -> Exported {
        try await exports.value(for: Wish(order), during: link.attempt) { attempt in
            try await SeedExport(order: order, link: link, attempt: attempt).run()
        }
    }
}
