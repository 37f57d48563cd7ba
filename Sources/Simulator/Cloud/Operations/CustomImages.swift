import JSON

/// ListImages and DeleteImage.
extension SimulatedCloud {
    func listImages(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let type = call.head.parameter("image_type")
        guard type == nil || CloudImage.Kind(rawValue: type ?? "") != nil else { throw .parameter(116, "image_type") }
        let status = try call.filter("status", orElse: 10)
        guard status == nil || (0...2).contains(status ?? -1) else { throw .parameter(10, "status") }
        let since = try call.filter("create_since", orElse: 174)
        let until = try call.filter("create_until", orElse: 174)
        let matches = { (name: String, value: String?) in
            call.head.parameter(name).map { $0.isEmpty || $0 == value } ?? true
        }
        let found = images.filter { image in
            (type.map { $0 == image.type.rawValue } ?? true)
                && (status.map { Int64($0) == image.status.rawValue } ?? true)
                && matches("image_id", image.id) && matches("image_name", image.name)
                && matches("src_project_id", image.type == .shared ? image.project : nil)
                && (since.map { image.created * 1000 >= $0 } ?? true)
                && (until.map { image.created * 1000 <= $0 } ?? true)
        }
        let part = try call.page(found, most: 100)
        return CloudAnswer(["image_infos": .array(part.map(\.json)), "total": .integer(Int64(found.count))])
    }

    func deleteImage(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try ownImage(call.path["image_id"])
        images.removeAll { $0 === image }
        return CloudAnswer(["error_code": .null, "error_msg": .null])
    }

    /// Whether phones can be made from an image.
    func isUsable(image id: String) -> Bool {
        id == CloudCatalog.imageID || images.contains { $0.id == id && $0.isUsable }
    }

    /// An image that is the project's own; nobody changes another's.
    func ownImage(_ id: String?) throws(CloudRefusal) -> CloudImage {
        let image = try image(id)
        guard image.type == .own else { throw .parameter(30, "image_id") }
        return image
    }

    /// An image that is not everybody's.
    func image(_ id: String?) throws(CloudRefusal) -> CloudImage {
        guard let id, ServerOrderBody.isToken(id), id != CloudCatalog.imageID else { throw .parameter(30, "image_id") }
        guard let image = images.first(where: { $0.id == id }) else { throw .cps(166) }
        return image
    }

    /// Takes an image that another project shares; the project is asked whether it wants it.
    ///
    /// - Returns: The image's id.
    @discardableResult
    public func offerImage(_ name: String, from project: String) -> String {
        let image = CloudImage(
            id: makeID(), name: name, type: .shared, project: project, status: .ready, created: seconds)
        images.append(image)
        return image.id
    }

    /// Makes an image of the project's own, ready or still being made.
    ///
    /// - Returns: The image's id.
    @discardableResult
    public func addImage(_ name: String, isReady: Bool = true) -> String {
        let image = CloudImage(
            id: makeID(), name: name, type: .own, project: options.projectID, status: isReady ? .ready : .creating,
            created: seconds)
        images.append(image)
        return image.id
    }
}
