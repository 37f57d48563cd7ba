import CloudPhone
import DroverTesting
import JSON
import Testing

@Suite("Lists of many pages", .timeLimit(.minutes(2)))
struct PagingTests {
    private static func number(_ name: String, in exchange: HTTPExchange) -> Int? {
        exchange.target.firstRange(of: "\(name)=").flatMap { range in
            Int(exchange.target[range.upperBound...].prefix { $0.isNumber })
        }
    }

    private static func phone(_ number: Int) -> JSONValue {
        [
            "phone_name": .text("phone-\(number)"), "phone_id": .text(SampleID.numbered(number)),
            "server_id": .text(SampleID.numbered(number % 60, "b")), "phone_model_name": "rx1.cp.c15.d46.e1v1",
            "image_id": .text(SampleID.numbered(1, "f")), "image_version": "1.2.3", "vnc_enable": "false", "status": 2,
            "type": 0, "imei": "860000000000000", "traffic_type": "direct", "volume_mode": 0,
            "availability_zone": "cn-north-4a", "metadata": ["order_id": "o", "product_id": "p"],
            "has_encrypt": false, "create_time": "2026-01-02T03:04:05Z", "update_time": "2026-01-02T03:04:05Z",
        ]
    }

    /// A server with so many phones, whose pages have `cap` entries at most.
    private static func phones(_ count: Int, cap: Int = 200, hasTotal: Bool = true) -> ScriptedHTTPServer.Script {
        // Spelled before, so that the time of listing is the client's.
        let all = (0..<count).map { phone($0).bytes }
        let end = Array((hasTotal ? #"],"count":\#(count)}"# : "]}").utf8)
        return { exchange, line in
            let offset = number("offset", in: exchange) ?? 0
            let page = all.dropFirst(offset).prefix(min(cap, number("limit", in: exchange) ?? 100))
            line.answer(200, [], Array(#"{"phones":["#.utf8) + page.joined(separator: ",".utf8) + end)
        }
    }

    @Test("5,000 phones are listed in 26 requests")
    func many() async throws {
        let all = try await ScriptedHTTPServer.serving(Self.phones(5000)) { server -> [ListedPhone] in
            let all = try await server.client().all(ListCloudPhonesOperation())
            #expect(await server.requests().count <= 26)
            return all
        }
        #expect(all.count == 5000)
        #expect(all[4999].id == SampleID.numbered(4999))
        #expect(all[0].status.use == .running)
    }

    @Test(
        "pages that are smaller than they were asked for are not the end", arguments: [0, 1, 100, 199, 200, 201, 450])
    func capped(count: Int) async throws {
        try await ScriptedHTTPServer.serving(Self.phones(count, cap: 100)) { server in
            let all = try await server.client().all(ListCloudPhonesOperation())
            #expect(all.count == count)
        }
    }

    @Test("without a total a page that is not full is the last", arguments: [0, 199, 200, 450])
    func withoutTotal(count: Int) async throws {
        try await ScriptedHTTPServer.serving(Self.phones(count, hasTotal: false)) { server in
            let all = try await server.client().all(ListCloudPhonesOperation())
            #expect(all.count == count)
        }
    }

    @Test func `what moves to the next page meanwhile does not come twice`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            // A phone was made after the first page, so that everything moved by one.
            let first = exchange.number == 0 ? 0 : -1
            let offset = Self.number("offset", in: exchange) ?? 0
            line.answer(["phones": .array((offset + first..<min(offset + first + 200, 300)).map(Self.phone))])
        } _: { server in
            let all = try await server.client().all(ListCloudPhonesOperation())
            #expect(all.map(\.id) == (0..<300).map { SampleID.numbered($0) })
        }
    }

    @Test func `pages that repeat themselves are an error`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["phones": .array((0..<200).map(Self.phone))])
        } _: { server in
            let error = await failure { try await server.client().all(ListCloudPhonesOperation()) }
            #expect(error?.description == "ListCloudPhones: the pages of the list repeat themselves or do not end")
            #expect(await server.requests().count == 2)
        }
    }

    @Test func `marks lead from page to page, and one that comes again is an error`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            let isFirst = !exchange.target.contains("marker=")
            line.answer([
                "phone_images": [["image_id": .text(isFirst ? "a" : "b")]],
                "page_info": isFirst ? ["next_marker": "m 1"] : .null,
            ])
        } _: { server in
            let images = try await server.client().all(ListCloudPhoneImagesOperation())
            #expect(images.map(\.id) == ["a", "b"])
            #expect(await server.requests().last?.target.hasSuffix("?limit=500&marker=m%201") == true)
        }
        try await ScriptedHTTPServer.serving { exchange, line in
            line.answer([
                "phone_images": [["image_id": .text("\(exchange.number)")]], "page_info": ["next_marker": "m"],
            ])
        } _: { server in
            let error = await failure { try await server.client().all(ListCloudPhoneImagesOperation()) }
            #expect(error?.kind == .badAnswer)
        }
    }

    @Test func `a list by POST has its page in the body`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer([
                "resources": [["resource_id": "s", "tags": [["key": "rack", "value": "1"]]]], "total_count": 1,
            ])
        } _: { server in
            let found = try await server.client().all(
                ListResourceInstancesOperation(tags: [TagValues(key: "rack", values: ["1"])]))
            #expect(found.first?.tags == [ResourceTag(key: "rack", value: "1")])
            #expect(
                await server.requests().first.map { String(decoding: $0.body, as: UTF8.self) }
                    == #"{"action":"filter","limit":"1000","tags":[{"key":"rack","values":["1"]}]}"#)
        }
    }
}
