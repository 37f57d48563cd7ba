/// `dd`: blocks from one place to another, which is how parts of files are changed in place.
enum DiskDump {
    static let commands: [String: ShellCommand] = ["dd": .slow(run)]

    private struct Request {
        var source: String?
        var goal: String?
        var inputBlock: UInt64 = 512
        var outputBlock: UInt64 = 512
        var count: UInt64?
        var skip: UInt64 = 0
        var seek: UInt64 = 0
        var keepsRest = false
        var appends = false
        var readsWholeBlocks = false
        var countsBytes = false
        var skipsBytes = false
        var seeksBytes = false
        var isQuiet = false

        var skippedBytes: UInt64 { skipsBytes ? skip : Self.product(skip, inputBlock) }
        var soughtBytes: UInt64 { seeksBytes ? seek : Self.product(seek, outputBlock) }
        var limit: UInt64 { count.map { countsBytes ? $0 : Self.product($0, inputBlock) } ?? .max }

        private static func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
            let (bytes, overflow) = left.multipliedReportingOverflow(by: right)
            return overflow ? .max : bytes
        }
    }

    private struct Refusal: Error {
        var text: String
    }

    private static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var request = Request()
        do throws(Refusal) {
            for word in call.arguments { try apply(word, to: &request, call.device.profile) }
        } catch { return then(call.complain(error.text)) }
        let final = request
        if let source = final.source {
            do throws(FileError) {
                let whole =
                    source == "/dev/zero"
                    ? FileContent.zeros(final.limit == .max ? call.device.files.freeBytes : final.limit)
                    : try call.device.files.read(call.absolute(source))
                let skipped = source == "/dev/zero" ? 0 : final.skippedBytes
                let part = whole.slice.dropFirst(skipped).prefix(final.limit)
                then(write(part, blocks: nil, final, call))
            } catch { then(call.complain("\(source): \(error.text)")) }
            return
        }
        skip(final, call) { gather(final, call, then: then) }
    }

    private static func apply(_ word: String, to request: inout Request, _ profile: Profile) throws(Refusal) {
        let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard pair.count == 2 else { throw Refusal(text: "bad argument \(word)") }
        let value = pair[1]
        let number = { () throws(Refusal) -> UInt64 in
            guard let number = SizeWord.parse(value) else { throw Refusal(text: "bad number '\(value)'") }
            return number
        }
        switch pair[0] {
        case "if": request.source = value == "-" ? nil : value
        case "of": request.goal = value == "-" ? nil : value
        case "bs":
            request.inputBlock = try number()
            request.outputBlock = request.inputBlock
        case "ibs": request.inputBlock = try number()
        case "obs": request.outputBlock = try number()
        case "count": request.count = try number()
        case "skip", "iseek": request.skip = try number()
        case "seek", "oseek": request.seek = try number()
        case "status": request.isQuiet = value == "none"
        case "conv", "iflag", "oflag":
            for flag in value.split(separator: ",") { try set("\(pair[0])=\(flag)", in: &request, profile) }
        default: throw Refusal(text: "bad argument \(word)")
        }
        guard request.inputBlock > 0, request.outputBlock > 0 else { throw Refusal(text: "bad number '0'") }
    }

    private static func set(_ flag: String, in request: inout Request, _ profile: Profile) throws(Refusal) {
        if flag == "conv=notrunc", profile.missing.contains(.ddNotrunc) { throw Refusal(text: "bad \(flag)") }
        if !flag.hasPrefix("conv="), profile.missing.contains(.ddFlags) { throw Refusal(text: "bad argument \(flag)") }
        switch flag {
        case "conv=notrunc": request.keepsRest = true
        case "conv=fsync", "conv=noerror", "conv=sync": break
        case "iflag=fullblock": request.readsWholeBlocks = true
        case "iflag=count_bytes": request.countsBytes = true
        case "iflag=skip_bytes": request.skipsBytes = true
        case "oflag=seek_bytes": request.seeksBytes = true
        case "oflag=append": request.appends = true
        default: throw Refusal(text: "bad \(flag)")
        }
    }

    // MARK: Input

    private static func skip(_ request: Request, _ call: ShellCall, then: @escaping () -> Void) {
        guard request.skippedBytes > 0 else { return then() }
        let gatherer = ContentGatherer(store: call.device.making.contents, .hash)
        call.streams.input.gather(gatherer, limit: request.skippedBytes) { _ in then() }
    }

    /// Each read of a pipe gives what is there, and counts as a block; only `fullblock` waits until a block is whole.
    private static func gather(_ request: Request, _ call: ShellCall, then: @escaping (Int32) -> Void) {
        let gatherer = ContentGatherer(store: call.device.making.contents)
        guard let count = request.count, !request.readsWholeBlocks, !request.countsBytes else {
            return call.streams.input.gather(gatherer, limit: request.limit) { content in
                then(write(content.slice, blocks: nil, request, call, failure: gatherer.failure))
            }
        }
        var whole: UInt64 = 0
        var partial: UInt64 = 0
        let finish = {
            let content = gatherer.finish()
            then(write(content.slice, blocks: (whole, partial), request, call, failure: gatherer.failure))
        }
        guard count > 0 else { return finish() }
        call.streams.input.read { bytes, isEnded in
            var taken = 0
            while taken < bytes.count, whole + partial < count {
                let block = min(Int(clamping: request.inputBlock), bytes.count - taken)
                gatherer.append(UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + block]))
                taken += block
                if UInt64(block) == request.inputBlock { whole += 1 } else { partial += 1 }
            }
            return isEnded || whole + partial == count ? .done(taken, finish) : .more(taken)
        }
    }

    // MARK: Output

    private static func write(
        _ data: ContentSlice, blocks: (whole: UInt64, partial: UInt64)?, _ request: Request, _ call: ShellCall,
        failure: FileError? = nil
    ) -> Int32 {
        if let failure { return call.complain("write error: \(failure.text)") }
        if let goal = request.goal {
            do throws(FileError) {
                try write(data, to: call.absolute(goal), request, call)
            } catch { return call.complain("\(goal): \(error.text)") }
        } else {
            call.streams.output.write(data)
        }
        guard !request.isQuiet else { return 0 }
        let read = blocks ?? (data.count / request.inputBlock, data.count % request.inputBlock == 0 ? 0 : 1)
        let written = (data.count / request.outputBlock, data.count % request.outputBlock == 0 ? 0 : 1)
        call.streams.errors.write(
            "\(read.whole)+\(read.partial) records in\n\(written.0)+\(written.1) records out\n"
                + "\(data.count) bytes copied, 0.000001 s\n")
        return 0
    }

    /// What lies before stays, and with `notrunc` what lies behind too; parts are shared, however long the file is.
    private static func write(
        _ data: ContentSlice, to path: String, _ request: Request, _ call: ShellCall
    ) throws(FileError) {
        guard !path.hasPrefix("/dev/") else { return }
        let store = call.device.making.contents
        let old = call.device.files.exists(path) ? try call.device.files.read(path) : .bytes([])
        let start = request.appends ? old.size : request.soughtBytes
        var slices = [old.slice.prefix(start), FileContent.zeros(start - min(start, old.size)).slice, data]
        if request.keepsRest { slices.append(old.slice.dropFirst(start + data.count)) }
        try call.device.files.write(store.joined(slices), to: path, at: call.device.seconds)
    }
}
