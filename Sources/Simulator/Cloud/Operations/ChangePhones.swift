import JSON

/// UpdatePhoneName and UpdateCloudPhoneProperty.
extension SimulatedCloud {
    func renamePhone(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let phone = try phone(named: call.path["phone_id"])
        phone.name = try Self.name(call.text("phone_name", orElse: 25), orElse: 25)
        phone.updated = seconds
        return CloudAnswer()
    }

    func updateProperties(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let entries = try call.objects("phones", orElse: 77)
        guard entries.count <= options.phonesPerCall else { throw .cps(190) }
        var wanted: [String: PhoneProperties] = [:]
        let requests = entries.map { entry -> JobRequest in
            let id = entry["phone_id"]?.text ?? ""
            let request = request(forPhone: id, .running)
            guard request.refusal == nil else { return request }
            do throws(CloudRefusal) {
                wanted[id] = try PhoneProperties(entry["property"]?.text, entry["custom_property"])
                return request
            } catch { return JobRequest(request.target, refused: error) }
        }
        return start(.property, call, requests) { [self, wanted] id in await setProperties(wanted[id], of: id) }
    }

    private func setProperties(_ wanted: PhoneProperties?, of id: String) async -> JobOutcome {
        guard let phone = phoneTable[id], let wanted else { return .failure(.cps(5)) }
        phone.properties.merge(wanted.service) { $1 }
        phone.ownProperties.merge(wanted.own) { $1 }
        phone.updated = seconds
        await phone.phone.setProperties(wanted.service.merging(wanted.own) { $1 })
        return .success()
    }
}

/// The properties of one phone as a body has them.
struct PhoneProperties: Sendable {
    /// Those that the service knows.
    let service: [String: String]
    /// The account's own.
    let own: [String: String]

    /// Reads a JSON object in a text, and a mapping of texts; together at most 7,800 bytes.
    init(_ text: String?, _ own: JSONValue?) throws(CloudRefusal) {
        guard let text, let members = JSONValue(parsing: Array(text.utf8))?.members else {
            throw .parameter(78, "property")
        }
        let custom = own.flatMap { $0 == .null ? nil : $0 }
        guard text.utf8.count + (custom?.bytes.count ?? 0) <= 7800 else { throw .parameter(78, "property") }
        service = members.compactMapValues(Self.value)
        guard service.count == members.count else { throw .parameter(164, "property") }
        self.own = (custom?.members ?? [:]).compactMapValues(Self.value)
        guard custom == nil || self.own.count == custom?.members?.count else { throw .parameter(78, "custom_property") }
    }

    private static func value(_ value: JSONValue) -> String? { value.text ?? value.integer.map { "\($0)" } }
}
