// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension HFSCOptions: QdiscShowing {
    func writeMembers(into json: inout JSONWriter) {
        if defaultClass > 0 { json.member("default", "0x" + String(defaultClass, radix: 16)) }
    }

    func text(details: Bool) -> String {
        defaultClass > 0 ? "default " + String(defaultClass, radix: 16) + " " : ""
    }
}

extension TrafficClassOptions {
    /// Writes the members of the options.
    func writeMembers(into json: inout JSONWriter) {
        switch self {
        case .htb(let htb): htb.writeMembers(into: &json)
        case .hfsc(let hfsc):
            for (name, curve) in hfsc.curves {
                json.member(
                    name,
                    object: { json in
                        json.member("m1", curve.firstRate)
                        json.member("d", curve.duration)
                        json.member("m2", curve.secondRate)
                    })
            }
        case .drr(let quantum): json.member("quantum", quantum)
        case .qfq(let weight, let maximumPacket):
            json.member("weight", weight)
            json.member("maxpkt", maximumPacket)
        }
    }

    /// `word value ` for each option.
    func text(details: Bool) -> String {
        switch self {
        case .htb(let htb): htb.text(details: details)
        case .hfsc(let hfsc):
            hfsc.curves.map { name, curve in
                "\(name) m1 \(rateText(UInt64(curve.firstRate))) d \(timeText(microseconds: curve.duration)) m2 "
                    + "\(rateText(UInt64(curve.secondRate))) "
            }.joined()
        case .drr(let quantum): "quantum \(sizeText(quantum)) "
        case .qfq(let weight, let maximumPacket): "weight \(weight) maxpkt \(maximumPacket) "
        }
    }
}

extension HFSCClass {
    /// The curves by their words; one for both where the guarantee and the share are the same.
    fileprivate var curves: [(name: String, curve: ServiceCurve)] {
        let both: [(String, ServiceCurve?)] =
            realTime == linkShare ? [("sc", realTime)] : [("rt", realTime), ("ls", linkShare)]
        return (both + [("ul", upperLimit)]).compactMap { name, curve in curve.map { (name, $0) } }
    }
}
