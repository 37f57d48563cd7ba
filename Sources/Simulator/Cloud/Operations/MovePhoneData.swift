import JSON

/// BatchExportCloudPhoneData and BatchImportCloudPhoneData.
extension SimulatedCloud {
    func exportPhones(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let entries = try call.objects("storage_infos", orElse: 167)
        guard entries.count <= options.phonesPerCall else { throw .cps(170) }
        var wanted: [String: ExportOrder] = [:]
        let requests = entries.map { entry -> JobRequest in
            let id = entry["phone_id"]?.text ?? ""
            let request = request(forPhone: id, .running)
            guard request.refusal == nil else { return request }
            do throws(CloudRefusal) {
                wanted[id] = try ExportOrder(entry)
                return request
            } catch { return JobRequest(request.target, refused: error) }
        }
        return start(.export, call, requests) { [self, wanted] id in await export(wanted[id], from: id) }
    }

    private func export(_ order: ExportOrder?, from id: String) async -> JobOutcome {
        guard let order, let phone = phoneTable[id] else { return .failure(.cps(5)) }
        guard options.hasAgency, await objects.region(ofBucket: order.place.bucket) == options.region else {
            return .failure(.cps(103, "Failed to upload to OBS."))
        }
        guard let archive = await phone.phone.export(order.included, excluding: order.excluded) else {
            return .failure(.parameter(168, "include_files"))
        }
        guard await objects.store(archive, as: order.place.key, in: order.place.bucket) else {
            return .failure(.cps(103, "Failed to upload to OBS."))
        }
        exports.insert("\(order.place.bucket)/\(order.place.key)")
        return .success()
    }

    func importPhones(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let entries = try call.objects("restore_infos", orElse: 171)
        guard entries.count <= options.phonesPerCall else { throw .cps(190) }
        var places: [String: ObjectPlace] = [:]
        let requests = entries.map { entry -> JobRequest in
            let id = entry["phone_id"]?.text ?? ""
            let request = request(forPhone: id, .running)
            guard request.refusal == nil else { return request }
            do throws(CloudRefusal) {
                let place = try ObjectPlace(entry)
                guard exports.contains("\(place.bucket)/\(place.key)") else { throw .cps(172) }
                places[id] = place
                return request
            } catch { return JobRequest(request.target, refused: error) }
        }
        return start(.restore, call, requests) { [self, places] id in await restore(places[id], to: id) }
    }

    private func restore(_ place: ObjectPlace?, to id: String) async -> JobOutcome {
        guard let place, let phone = phoneTable[id] else { return .failure(.cps(5)) }
        do throws(CloudRefusal) {
            let archive = try await read(place, for: phone.server.id)
            if let problem = await phone.phone.unpack(archive) {
                return .failure(.cps(191, "Run command failed."), Array(problem.utf8))
            }
            return .success()
        } catch { return .failure(error) }
    }
}

/// What is to be exported of a phone, and where to.
private struct ExportOrder: Sendable {
    let included: [String]
    let excluded: [String]
    let place: ObjectPlace

    init(_ entry: [String: JSONValue]) throws(CloudRefusal) {
        place = try ObjectPlace(entry)
        included = entry["include_files"]?.elements?.compactMap(\.text) ?? []
        guard !included.isEmpty, included.allSatisfy(Self.isRight) else { throw .parameter(168, "include_files") }
        let misc = included.filter { $0.hasPrefix("/data/misc") }
        let companions = ["/data/system", "/data/system_de"]
        guard misc.isEmpty || (misc == ["/data/misc"] && companions.allSatisfy(included.contains)) else {
            throw .parameter(168, "include_files")
        }
        excluded = entry["exclude_files"]?.elements?.compactMap(\.text) ?? []
        guard excluded.allSatisfy(Self.isRight) else { throw .parameter(169, "exclude_files") }
    }

    /// An absolute path below `/data` or `/cache` of the characters that are taken; `*` only at its end.
    private static func isRight(_ path: String) -> Bool {
        let rest = path.hasSuffix("*") ? path.dropLast() : path[...]
        let isBelow = path == "/data" || path == "/cache" || path.hasPrefix("/data/") || path.hasPrefix("/cache/")
        return isBelow && path.utf8.count <= 4096 && !path.contains("/../") && !path.hasSuffix("/..")
            && rest.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "./-_+#~=".utf8.contains(byte)
            }
    }
}
