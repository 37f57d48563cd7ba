import CloudPhone
import Farm

/// The images of an account, listed and changed once for all servers that ask at the same time.
///
/// Each change looks first, so that whoever comes later, or goes on with a run that was killed, does it no second time.
struct AccountImages: Sendable {
    private let client: CloudClient
    private let lists: OnceForAll<String, [AccountImage]>
    private let changes: OnceForAll<ImageChange, Bool>

    init(_ client: CloudClient) {
        self.client = client
        // What was listed or found is old when the next step asks.
        lists = OnceForAll(on: client.lane, keepsValues: false)
        changes = OnceForAll(on: client.lane, keepsValues: false)
    }

    /// The account's own images, and those that others share with it.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func all(during attempt: BatchedAttempt) async throws -> [AccountImage] {
        try await lists.value(for: "all", during: attempt) { [client] _ in
            try await client.all(ListImagesOperation()).map(AccountImage.init)
        }
    }

    /// Makes a change, unless it was made already.
    ///
    /// - Returns: Whether there was anything to do.
    /// - Throws: `CloudError`, `CancellationError`.
    func make(_ change: ImageChange, during attempt: BatchedAttempt) async throws -> Bool {
        try await changes.value(for: change, during: attempt) { _ in try await make(change) }
    }

    private func make(_ change: ImageChange) async throws -> Bool {
        switch change {
        case .share(let image, let project):
            guard try await !isShared(image, with: project) else { return false }
            _ = try await client.send(AddImageMemberOperation(imageID: image, projectID: project))
        case .unshare(let image, let project):
            guard try await isShared(image, with: project) else { return false }
            _ = try await client.send(DeleteImageMemberOperation(imageID: image, projectID: project))
        case .accept(let image): return try await answer(image, isAccepted: true)
        case .reject(let image): return try await answer(image, isAccepted: false)
        case .delete(let image):
            let found = try await client.all(ListImagesOperation(imageID: image))
            guard found.contains(where: { $0.id == image }) else { return false }
            _ = try await client.send(DeleteImageOperation(imageID: image))
        }
        return true
    }

    private func isShared(_ image: String, with project: String) async throws -> Bool {
        try await client.all(ListImageMembersOperation(imageID: image)).contains { $0.projectID == project }
    }

    private func answer(_ image: String, isAccepted: Bool) async throws -> Bool {
        let offered = try await client.all(ListCloudPhoneImagesOperation(imageType: "share"))
        guard offered.first(where: { $0.id == image })?.receiveStatus != (isAccepted ? 1 : 2) else { return false }
        _ = try await client.send(UpdateImageMemberOperation(imageID: image, isAccepted: isAccepted))
        return true
    }
}

extension AccountImage {
    fileprivate init(_ image: CustomImage) {
        let state =
            switch image.status {
            case .creating: "creating"
            case .ready: "ready"
            case .failed: "failed"
            case .unknown: "unknown"
            }
        self.init(
            id: image.id, name: image.name ?? "", isShared: image.type == "share", state: state,
            bytes: image.size ?? 0, source: image.sourceProjectID ?? "")
    }
}

extension ImageChange {
    /// The change in words, for messages.
    var words: String {
        switch self {
        case .share(let image, let project): "share the image \(image) with \(project)"
        case .unshare(let image, let project): "stop sharing the image \(image) with \(project)"
        case .accept(let image): "accept the image \(image)"
        case .reject(let image): "reject the image \(image)"
        case .delete(let image): "delete the image \(image)"
        }
    }
}
