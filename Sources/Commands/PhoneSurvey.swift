import Farm
import Lanes

/// Asks many phones for some of their properties, each over a short link of its own.
struct PhoneSurvey: Sendable {
    /// What one phone answered.
    struct Answer: Sendable {
        /// The properties that are set, by key of `getprop`; nil when the phone could not be asked.
        let properties: [String: String]?
        /// Why it could not be asked, in one line.
        let reason: String?
        /// What to do about it.
        let advice: String?
    }

    let dialer: any PhoneDialing
    let lanes: [Lane]
    /// At most this many phones are asked at once.
    let width: Int
    /// How long one phone may take.
    var limit: Duration = .seconds(20)
    /// How long one may take whose address its cloud tells, which it does for a few phones a second.
    var cloudLimit: Duration = .seconds(600)
    /// Whether phones that a cloud answers for are dialled where ADB reaches them, which costs a call for each.
    var dialsCloudPhones = true

    /// Asks; the answers are in the order of `phones`.
    func ask(_ phones: [Phone], for keys: [String]) async -> [Answer] {
        // Every key is a line of the answer; getprop prints an empty one for what is not set.
        let line = keys.map { "getprop \($0)" }.joined(separator: "; ")
        let dealt = LaneDeal.lanes(for: phones, among: lanes)
        return await eachOf(phones.count, atMost: width, on: dealt) { index, lane in
            await ask(phones[index], keys, line, on: lane)
        }
    }

    private func ask(_ phone: Phone, _ keys: [String], _ line: String, on lane: Lane) async -> Answer {
        // Its service has told already, and a question to each would take as long as work.
        if phone.isBatched || !dialsCloudPhones && phone.cloud != nil { return Self.answer(ofCloud: phone) }
        do {
            return try await withDeadline(total: phone.cloud == nil ? limit : cloudLimit, on: lane) {
                let link = try await dialer.connect(to: phone, on: lane)
                if link is any BatchedPhone {
                    await link.close()
                    return Self.answer(ofCloud: phone)
                }
                do {
                    let result = try await link.run(line)
                    await link.close()
                    let values = result.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                    var properties: [String: String] = [:]
                    for (key, value) in zip(keys, values) where !value.isEmpty { properties[key] = value }
                    if phone.cloud != nil { properties.merge(phone.properties) { own, _ in own } }
                    return Answer(properties: properties, reason: nil, advice: nil)
                } catch {
                    await link.close()
                    throw error
                }
            }
        } catch let error as PhoneError {
            return Answer(properties: nil, reason: error.description, advice: error.advice)
        } catch {
            return Answer(properties: nil, reason: "\(error)", advice: nil)
        }
    }

    private static func answer(ofCloud phone: Phone) -> Answer {
        if let state = phone.properties["koophone.status"] {
            // Nobody needs to own a phone for lines and apps.
            guard ["ready", "to be assigned"].contains(state) else {
                return Answer(properties: nil, reason: state, advice: "look at it in the console of KooPhone")
            }
            return Answer(properties: phone.properties, reason: nil, advice: nil)
        }
        guard let state = phone.properties["cph.status"] else {
            return Answer(properties: nil, reason: "its server does not show it", advice: nil)
        }
        guard state == "running" else {
            let advice =
                state == "frozen" ? "renew it in the console of the cloud" : "`power: on` starts one that is shut down"
            return Answer(properties: nil, reason: state, advice: advice)
        }
        return Answer(properties: phone.properties, reason: nil, advice: nil)
    }
}
