import DroverTesting
import JSON
import Lanes
import Testing

@testable import Simulator

@Suite("Shared files and apps of the simulated cloud") struct SharedAppTests {
    /// Installs the app on the first phone and exports it, as the documents tell.
    private static func share(_ bench: CloudBench, isPreinstalled: Bool = false) async throws -> [JSONValue] {
        bench.objects.store(try Fixture.bytes("apps/game-1.apk"), as: "a.apk", in: "farm")
        _ = try await bench.command("install", "obs://farm/a.apk", [bench.phones[0]])
        let info: JSONValue = [
            "phone_id": .text(bench.phones[0]), "include_files": ["/data/app/*"], "bucket_name": "farm",
            "object_path": "a.tar",
        ]
        _ = try await bench.finish("POST", "phones/batch-storage", ["storage_infos": [info]])
        return try await bench.finish("POST", "phones/share-apps", push(bench.servers, isPreinstalled))
    }

    private static func push(_ servers: [String], _ isPreinstalled: Bool) -> JSONValue {
        [
            "package_name": "com.studio.game", "pre_install_app": isPreinstalled ? 1 : 0, "bucket_name": "farm",
            "object_path": "a.tar", "server_ids": CloudBench.list(servers),
        ]
    }

    private static func restart(_ bench: CloudBench, _ phone: String) async throws {
        _ = try await bench.finish("POST", "phones/batch-restart", ["phones": [["phone_id": .text(phone)]]])
    }

    private static func hasApp(_ bench: CloudBench, _ phone: String) async -> Bool {
        await bench.shell(phone, "pm path com.studio.game").hasPrefix("package:")
    }

    @Test("an app on the shelf is installed by appctrl, and gone after a restart") func life() async throws {
        try await CloudBench.run { bench async throws in
            #expect(try await Self.share(bench).map(\.isSuccess) == [true, true])
            let phone = bench.phones[3]
            #expect(await !Self.hasApp(bench, phone))
            let job = try await bench.command("shell", "appctrl start com.studio.game", [phone])[0]
            #expect(job.isSuccess && job.output == "Success\n")
            #expect(await Self.hasApp(bench, phone))
            try await Self.restart(bench, phone)
            #expect(await !Self.hasApp(bench, phone))
            // What was installed in the usual way stays.
            try await Self.restart(bench, bench.phones[0])
            #expect(await Self.hasApp(bench, bench.phones[0]))
            let refused = try await bench.command("shell", "appctrl uninstall com.studio.game", [bench.phones[0]])[0]
            #expect(!refused.isSuccess && refused.output.contains("not installed by appctrl"))
        }
    }

    @Test("a preinstalled app is there after a restart and a reset") func preinstalled() async throws {
        try await CloudBench.run { bench async throws in
            _ = try await Self.share(bench, isPreinstalled: true)
            #expect(await !Self.hasApp(bench, bench.phones[2]))
            try await Self.restart(bench, bench.phones[2])
            #expect(await Self.hasApp(bench, bench.phones[2]))
            let reset: JSONValue = ["phones": [["phone_id": .text(bench.phones[3])]]]
            _ = try await bench.finish("POST", "phones/batch-reset", reset)
            #expect(await Self.hasApp(bench, bench.phones[3]))
        }
    }

    @Test("an app that phones still have stays, and the phones are named") func deletion() async throws {
        try await CloudBench.run { bench async throws in
            _ = try await Self.share(bench)
            _ = try await bench.command("shell", "appctrl install com.studio.game", [bench.phones[1]])
            let body: JSONValue = ["package_name": "com.studio.game", "server_ids": CloudBench.list(bench.servers)]
            let jobs = try await bench.finish("DELETE", "phones/share-apps", body)
            #expect(jobs.map(\.isSuccess) == [false, true])
            #expect(jobs[0]["error_msg"]?.text?.contains(bench.phones[1]) == true)
            #expect(jobs[0]["error_msg"]?.text?.contains(bench.phones[0]) == false)
            #expect(bench.cloud.record.calls.last { $0.operation == "DeleteShareApps" }?.body == body.bytes)
            _ = try await bench.command("shell", "appctrl uninstall com.studio.game", [bench.phones[1]])
            let first: JSONValue = [
                "package_name": "com.studio.game", "server_ids": CloudBench.list([bench.servers[0]]),
            ]
            #expect(try await bench.finish("DELETE", "phones/share-apps", first)[0].isSuccess)
            let path = "\(bench.project)/servers/\(bench.servers[0])/share-apps-snapshot"
            #expect(try await bench.ask("GET", path).json["share_apps"] == [])
        }
    }

    @Test("the archive is read once for each server") func bytes() async throws {
        try await CloudBench.run { bench async throws in
            _ = try await Self.share(bench)
            let size = UInt64(bench.objects.content(of: "a.tar", in: "farm")?.count ?? 0)
            let apk = UInt64(try Fixture.bytes("apps/game-1.apk").count)
            _ = try await bench.command("shell", "appctrl install com.studio.game", Array(bench.phones[1...]))
            #expect(bench.cloud.record.bytesRead == [bench.servers[0]: size + apk, bench.servers[1]: size])
        }
    }

    @Test("a shared app needs twice its archive free") func room() async throws {
        try await CloudBench.run {
            $0.sharedBytes = 20_000
        } _: { bench async throws in
            let sizes = [6000, 12_000]
            for size in sizes {
                let text = String(repeating: "x", count: size)
                bench.objects.store(CloudBench.archive("/data/app/x", text), as: "\(size).tar", in: "farm")
            }
            let ends = try await sizes.asyncMap { size in
                var body = Self.push([bench.servers[0]], false).members ?? [:]
                body["object_path"] = .text("\(size).tar")
                return try await bench.finish("POST", "phones/share-apps", .object(body))[0]
            }
            #expect(ends.map(\.isSuccess) == [true, false])
            #expect(ends[1].output == "No space left on device")
        }
    }

    @Test("bad names, places and too many servers are refused") func refusals() async throws {
        try await CloudBench.run { bench async throws in
            let ask = { (change: [String: JSONValue]) in
                let body = (Self.push(bench.servers, false).members ?? [:]).merging(change) { $1 }
                return try await bench.ask("POST", "phones/share-apps", .object(body)).code
            }
            #expect(try await ask(["package_name": "nodots"]) == "CPS.0173")
            #expect(try await ask(["package_name": "1com.x"]) == "CPS.0173")
            #expect(try await ask(["bucket_name": "AB"]) == "CPS.0134")
            #expect(try await ask(["object_path": "a b.tar"]) == "CPS.0135")
            #expect(try await ask(["object_path": "a.zip"]) == "CPS.0135")
            #expect(try await ask(["server_ids": []]) == "CPS.0095")
            #expect(try await ask(["server_ids": .array(Array(repeating: .text("x"), count: 21))]) == "CPS.0096")
        }
    }

    @Test("shared files are listed in the output of a job, and deleted") func files() async throws {
        try await CloudBench.run { bench async throws in
            bench.objects.store(CloudBench.archive("/data/share/a.txt", "hello"), as: "f.tar", in: "farm")
            bench.objects.store(CloudBench.archive("/system/a.txt", "hello"), as: "bad.tar", in: "farm")
            let push = { (name: String) in
                try await bench.finish(
                    "POST", "phones/share-files",
                    ["bucket_name": "farm", "object_path": .text(name), "server_ids": CloudBench.list(bench.servers)])
            }
            #expect(try await push("f.tar").map(\.isSuccess) == [true, true])
            #expect(try await push("bad.tar").map(\.isSuccess) == [false, false])
            let list = { (path: String) in
                let query = "path=\(path)&server_ids=\(bench.servers[0])&limit=1"
                let answer = try await bench.ask("GET", "servers/share-files?\(query)")
                await bench.cloud.finishJobs()
                guard answer.status == 200 else { return answer.code ?? "" }
                return try await bench.ask("GET", "jobs?request_id=\(answer.requestID)").jobs[0].output
            }
            let listing = try #require(JSONValue(parsing: Array(try await list("/data/share").utf8)))
            #expect(listing["files_in_path"]?["files"]?.elements?[0].text?.hasPrefix("5 ") == true)
            #expect(listing["files_in_path"]?["files"]?.elements?[0].text?.hasSuffix(" a.txt") == true)
            for path in ["/", "/data//x", "/data/../x", "data"] { #expect(try await list(path) == "CPS.0199") }
            let removal: JSONValue = [
                "file_paths": ["/data/share"], "server_ids": CloudBench.list([bench.servers[0]]),
            ]
            #expect(try await bench.finish("POST", "phones/share-files", removal)[0].isSuccess)
            #expect(try await list("/data/share").contains("\"total\":0"))
        }
    }
}
