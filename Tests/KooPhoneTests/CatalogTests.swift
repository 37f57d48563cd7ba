import CloudPhone
import JSON
import KooPhone
import Testing

/// What is known of KooPhone's operations without anybody being asked.
struct CatalogTests {
    private func faults(_ name: String, _ given: [String: JSONValue]) throws -> [String] {
        try KooPhoneCatalog.operation(named: name).faults(in: given).map(\.description)
    }

    @Test
    func `There are the 21 operations of the service's table`() {
        let table = KooPhoneCatalog.all.map { "\($0.shape.method.rawValue) \($0.shape.path.dropFirst(13))" }
        #expect(
            table == [
                "GET /batch-query", "POST /batch-query-status", "GET /sku", "POST /create", "POST /delete",
                "POST /assign", "POST /unassign", "POST /reboot", "POST /batch-reset", "POST /sync-command",
                "POST /async-command", "GET /tasks/{task_id}", "POST /app/install", "GET /{instance_id}/app-list",
                "PUT /video-setting", "POST /backup", "POST /prepare", "POST /prepare-progress",
                "POST /{instance_id}/auth", "POST /session/release", "POST /streaming/stop",
            ])
        #expect(KooPhoneCatalog.all.allSatisfy { $0.shape.service != .cph && $0.shape.path.hasPrefix("/v1/instances") })
    }

    @Test
    func `Operations that destroy, cost or disrupt are known as such`() {
        let byClass = Dictionary(grouping: KooPhoneCatalog.all, by: \.shape.hazard).mapValues { $0.map(\.name) }
        #expect(byClass[.dataLoss] == ["DeleteInstance", "BatchResetInstance"])
        #expect(byClass[.money] == ["CreateInstance"])
        #expect(
            byClass[.read] == [
                "ListInstances", "BatchShowInstance", "BatchShowSku", "ExecuteJob", "ListInstanceApp", "ShowProgress",
            ])
    }

    @Test
    func `A call names 1 to 100 instances, each once and by an id that can be one`() throws {
        let many = JSONValue.array((0...100).map { .text("i\($0)") })
        #expect(try faults("BatchRebootInstance", ["instance_ids": ["a1b2c3d4"]]) == [])
        #expect(try faults("BatchRebootInstance", [:]).first?.contains("instance_ids: it is missing") == true)
        #expect(try faults("BatchRebootInstance", ["instance_ids": []]).count == 1)
        #expect(try faults("BatchRebootInstance", ["instance_ids": many]).first?.contains("1 to 100") == true)
        #expect(try faults("BatchRebootInstance", ["instance_ids": ["a", "a"]]).first?.contains("twice") == true)
        let long = JSONValue.array([.text(String(repeating: "a", count: 33))])
        #expect(try faults("BatchRebootInstance", ["instance_ids": long]).first?.contains("at most 32") == true)
    }

    @Test(arguments: [
        ("ls -l /system", nil), ("pm uninstall com.example.app", nil),
        ("echo $PATH", "`$` at place 6"), ("ls | wc", "`|` at place 4"), ("a\nb", "at place 2"), ("é", "at place 1"),
        (String(repeating: "a", count: 1024), nil), (String(repeating: "a", count: 1025), "1 to 1024 bytes"),
        ("", "1 to 1024 bytes"),
    ])
    func `A line has few characters, since nothing can be pushed in its place`(_ line: String, _ fault: String?) throws
    {
        for name in ["SyncInvokeInstance", "AsyncInvokeInstance"] {
            let found = try faults(name, ["command": .text(line), "instance_ids": ["a1"]])
            guard let fault else {
                #expect(found == [])
                continue
            }
            #expect(found.count == 1 && found[0].contains(fault), "\(found)")
        }
    }

    @Test
    func `What nobody has described is sent as it is given, and elsewhere names are checked`() throws {
        #expect(try faults("CreateInstance", ["sku_id": "x", "count": 2]) == [])
        #expect(
            try faults("SetVideo", ["instance_ids": ["a"], "instance_settings": [["frame_rate": 30]]]) == [])
        #expect(try faults("SetVideo", ["instance_ids": ["a"], "instance_settings": []]).count == 1)
        #expect(try faults("ExecuteJob", ["task_id": "t", "instance_ids": ["a"]]).count == 1)
    }

    @Test
    func `A wrong name brings the one that was meant`() {
        let fault = #expect(throws: CheckFault.self) { try KooPhoneCatalog.operation(named: "ListInstance") }
        #expect(fault?.advice?.contains("ListInstances") == true)
    }

    @Test
    func `Answers that let in whoever has them are hidden as a whole`() throws {
        let operation = try KooPhoneCatalog.operation(named: "ExecuteInstanceAuthToken")
        let hidden = operation.hidingSecrets(in: ["resource": ["token": "key-to-everything"]])
        #expect(!String(decoding: hidden.bytes, as: UTF8.self).contains("key-to-everything"))
    }

    @Test
    func `States are those of the documents, and others are told by their number`() {
        let words = (0...11).map { InstanceStatus($0).description }
        #expect(
            words[0] == "ready" && words[5] == "restarting" && words[6] == "offline" && words[10] == "in maintenance")
        #expect(words[11] == "unknown (11)")
    }
}
