import JSON

/// AddImageMember, ListImageMembers, UpdateImageMember and DeleteImageMember.
extension SimulatedCloud {
    /// The most projects that one image goes to (Cloud Phone API, AddImageMember).
    private static let mostMembers = 10

    func addImageMember(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try ownImage(call.path["image_id"])
        guard let member = call.body["member"]?.text, Self.isID(member), member != options.projectID,
            !image.members.contains(where: { $0.project == member })
        else { throw .parameter(46, "member") }
        guard image.status == .ready else { throw .parameter(30, "image_id") }
        guard image.members.count < Self.mostMembers else {
            throw .cps(196, "An image can be shared with at most \(Self.mostMembers) projects.")
        }
        image.members.append((member, seconds))
        image.updated = seconds
        return CloudAnswer(["error_code": .null, "error_msg": .null])
    }

    func listImageMembers(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try ownImage(call.path["image_id"])
        let (part, next) = try call.page(image.members, most: 100, usual: 100) { $0.project }
        let members = part.map { member -> JSONValue in
            [
                "create_time": .integer(member.since * 1000), "update_time": .integer(member.since * 1000),
                "image_id": .text(image.id), "member_id": .text(member.project),
            ]
        }
        var answer = CloudAnswer(["members": .array(members), "page_info": Self.pageInfo(next)])
        answer.tellsRequest = false
        return answer
    }

    /// What the project says to an image that it was offered; it may think again.
    func answerOffer(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try image(call.path["image_id"])
        guard image.type == .shared else { throw .parameter(30, "image_id") }
        switch call.body["status"]?.text {
        case "accepted": image.reception = .accepted
        case "rejected": image.reception = .rejected
        default: throw .parameter(10, "status")
        }
        image.updated = seconds
        return CloudAnswer()
    }

    func deleteImageMember(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try ownImage(call.path["image_id"])
        guard let place = image.members.firstIndex(where: { $0.project == call.path["member_id"] }) else {
            throw .parameter(46, "member_id")
        }
        image.members.remove(at: place)
        image.updated = seconds
        return CloudAnswer(["error_code": .null, "error_msg": .null])
    }
}
