// SPDX-License-Identifier: Apache-2.0

/// Of iproute2 6.1, in the order of the kinds.
let tunnelCaptures: [KindCapture] = [
    KindCapture(
        "gre remote 192.0.2.1 local 192.0.2.2 dev w0 key 5 csum seq ttl 64 tos 0x10",
        sent: """
            01:01000000 02:b000 03:b000 04:00000005 05:00000005 06:c0000202 07:c0000201 08:40 09:10 0a:01 \
            0e:0000 0f:0000 10:0000 11:0000 14:00000000
            """,
        json: #"""
            {"remote":"192.0.2.1","local":"192.0.2.2","link":"w0","ttl":64,"tos":"0x10","pmtudisc":true,\#
            "ikey":"0.0.0.5","okey":"0.0.0.5","iseq":true,"oseq":true,"icsum":true,"ocsum":true}
            """#,
        text: """
            remote 192.0.2.1 local 192.0.2.2 dev w0 ttl 64 tos 0x10 ikey 0.0.0.5 okey 0.0.0.5 iseq oseq icsum \
            ocsum
            """),
    KindCapture(
        """
        gre ikey 1.2.3.4 okey 6 iseq ocsum nopmtudisc ignore-df encap gue encap-sport auto encap-dport 6080 \
        encap-csum encap-remcsum fwmark 0x10
        """,
        sent: """
            02:3000 03:a000 04:01020304 05:00000006 08:00 09:00 0a:00 0e:0200 0f:0500 10:0000 11:17c0 13:01 \
            14:10000000
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":0,"pmtudisc":false,"ignore_df":true,"ikey":"1.2.3.4",\#
            "okey":"0.0.0.6","iseq":true,"ocsum":true,"fwmark":"0x10","encap":{"type":"gue","sport":0,\#
            "dport":6080,"csum":true,"csum6":false,"remcsum":true}}
            """#,
        text: """
            remote any local any ttl inherit nopmtudisc ignore-df ikey 1.2.3.4 okey 0.0.0.6 iseq ocsum fwmark \
            0x10 encap gue encap-sport auto encap-dport 6080 encap-csum noencap-csum6 encap-remcsum
            """),
    KindCapture(
        "gre external",
        sent: "12:",
        json: #"{"external":true,"remote":"any","local":"any","ttl":0}"#,
        text: "external remote any local any ttl inherit"),
    KindCapture(
        "gre",
        sent: "",
        json: #"{}"#,
        text: ""),
    KindCapture(
        """
        gre ttl 5 noikey nookey noiseq nooseq noicsum noocsum noencap noencap-csum noencap-remcsum \
        noignore-df pmtudisc remote any local any
        """,
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:05 09:00 0a:01 0e:0000 0f:0000 10:0000 11:0000 13:00 \
            14:00000000
            """,
        json: #"{"remote":"any","local":"any","ttl":5,"pmtudisc":true}"#,
        text: "remote any local any ttl 5"),
    KindCapture(
        "gre okey 7 oseq icsum nokey noseq nocsum",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:00 09:00 0a:01 0e:0000 0f:0000 10:0000 11:0000 \
            14:00000000
            """,
        json: #"{"remote":"any","local":"any","ttl":0,"pmtudisc":true}"#,
        text: "remote any local any ttl inherit"),
    KindCapture(
        "gre dev w0",
        sent: """
            01:01000000 02:0000 03:0000 04:00000000 05:00000000 08:00 09:00 0a:01 0e:0000 0f:0000 10:0000 \
            11:0000 14:00000000
            """,
        json: #"{"remote":"any","local":"any","link":"w0","ttl":0,"pmtudisc":true}"#,
        text: "remote any local any dev w0 ttl inherit"),
    KindCapture(
        "gretap tos inherit ttl inherit encap fou encap-dport 1 encap-sport 7",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:00 09:01 0a:01 0e:0100 0f:0000 10:0007 11:0001 \
            14:00000000
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":0,"tos":"0x1","pmtudisc":true,"encap":{"type":"fou","sport":7,\#
            "dport":1,"csum":false,"csum6":false,"remcsum":false}}
            """#,
        text: """
            remote any local any ttl inherit tos inherit encap fou encap-sport 7 encap-dport 1 noencap-csum \
            noencap-csum6 noencap-remcsum
            """),
    KindCapture(
        "gretap encap gue encap-udp6-csum",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:00 09:00 0a:01 0e:0200 0f:0200 10:0000 11:0000 \
            14:00000000
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":0,"pmtudisc":true,"encap":{"type":"gue","sport":0,"dport":0,\#
            "csum":false,"csum6":true,"remcsum":false}}
            """#,
        text: """
            remote any local any ttl inherit encap gue encap-sport auto encap-dport 0 noencap-csum encap-csum6 \
            noencap-remcsum
            """),
    KindCapture(
        "gretap fwmark 0",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:00 09:00 0a:01 0e:0000 0f:0000 10:0000 11:0000 \
            14:00000000
            """,
        json: #"{"remote":"any","local":"any","ttl":0,"pmtudisc":true}"#,
        text: "remote any local any ttl inherit"),
    KindCapture(
        "erspan ttl 5",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:05 09:00 0a:01 0e:0000 0f:0000 10:0000 11:0000 \
            14:00000000 16:01
            """,
        json: #"{"remote":"any","local":"any","ttl":5,"pmtudisc":true,"erspan_ver":1}"#,
        text: "remote any local any ttl 5 erspan_ver 1"),
    KindCapture(
        "erspan seq key 7 erspan_ver 1 erspan 123",
        sent: """
            02:3000 03:3000 04:00000007 05:00000007 08:00 09:00 0a:01 0e:0000 0f:0000 10:0000 11:0000 \
            14:00000000 15:7b000000 16:01
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":0,"pmtudisc":true,"ikey":"0.0.0.7","okey":"0.0.0.7","iseq":true,\#
            "oseq":true,"erspan_index":123,"erspan_ver":1}
            """#,
        text: """
            remote any local any ttl inherit ikey 0.0.0.7 okey 0.0.0.7 iseq oseq erspan_index 123 erspan_ver 1
            """),
    KindCapture(
        "erspan seq key 7 erspan_ver 2 erspan_dir egress erspan_hwid 0x1f",
        sent: """
            02:3000 03:3000 04:00000007 05:00000007 08:00 09:00 0a:01 0e:0000 0f:0000 10:0000 11:0000 \
            14:00000000 16:02 17:01 18:1f00
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":0,"pmtudisc":true,"ikey":"0.0.0.7","okey":"0.0.0.7","iseq":true,\#
            "oseq":true,"erspan_ver":2,"erspan_dir":"egress","erspan_hwid":"0x1f"}
            """#,
        text: """
            remote any local any ttl inherit ikey 0.0.0.7 okey 0.0.0.7 iseq oseq erspan_ver 2 erspan_dir egress \
            erspan_hwid 0x1f
            """),
    KindCapture(
        """
        ip6gre remote 2001:db8::1 local 2001:db8::2 dev w0 hoplimit 9 encaplimit none tclass 0x12 flowlabel \
        0x12345 key 7 fwmark 3
        """,
        sent: """
            01:01000000 02:2000 03:2000 04:00000007 05:00000007 06:20010db8000000000000000000000002 \
            07:20010db8000000000000000000000001 08:09 0b:04 0c:01212345 0d:01000000 0e:0000 0f:0200 10:0000 \
            11:0000 14:03000000 16:01
            """,
        json: #"""
            {"remote":"2001:db8::1","local":"2001:db8::2","link":"w0","ttl":9,"ip6_tnl_f_ign_encap_limit":true,\#
            "tclass":"0x12","flowlabel":"0x12345","ikey":"0.0.0.7","okey":"0.0.0.7","fwmark":"0x3",\#
            "erspan_ver":1}
            """#,
        text: """
            remote 2001:db8::1 local 2001:db8::2 dev w0 hoplimit 9 encaplimit none tclass 0x12 flowlabel \
            0x12345 ikey 0.0.0.7 okey 0.0.0.7 fwmark 0x3 erspan_ver 1
            """),
    KindCapture(
        "ip6gre encap none",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:40 0b:04 0c:00000000 0d:00000000 0e:0000 0f:0200 10:0000 \
            11:0000 14:00000000 16:01
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":64,"encap_limit":4,"tclass":"0x00","flowlabel":"0x00000",\#
            "erspan_ver":1}
            """#,
        text: "remote any local any hoplimit 64 encaplimit 4 tclass 0x00 flowlabel 0x00000 erspan_ver 1"),
    KindCapture(
        "ip6gre external",
        sent: "12:",
        json: #"{"external":true,"remote":"any","local":"any","ttl":0}"#,
        text: "external remote any local any hoplimit inherit"),
    KindCapture(
        "ip6gre seq encaplimit 255",
        sent: """
            02:1000 03:1000 04:00000000 05:00000000 08:40 0b:ff 0c:00000000 0d:00000000 0e:0000 0f:0200 10:0000 \
            11:0000 14:00000000 16:01
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":64,"encap_limit":255,"tclass":"0x00","flowlabel":"0x00000",\#
            "iseq":true,"oseq":true,"erspan_ver":1}
            """#,
        text: """
            remote any local any hoplimit 64 encaplimit 255 tclass 0x00 flowlabel 0x00000 iseq oseq erspan_ver 1
            """),
    KindCapture(
        """
        ip6gretap tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote encaplimit \
        7
        """,
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:40 0b:07 0c:00000000 0d:76000000 0e:0000 0f:0200 10:0000 \
            11:0000 14:00000000 16:01
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":64,"encap_limit":7,"ip6_tnl_f_use_orig_tclass":true,\#
            "ip6_tnl_f_use_orig_flowlabel":true,"ip6_tnl_f_rcv_dscp_copy":true,\#
            "ip6_tnl_f_allow_local_remote":true,"ip6_tnl_f_use_orig_fwmark":true,"erspan_ver":1}
            """#,
        text: """
            remote any local any hoplimit 64 encaplimit 7 tclass inherit flowlabel inherit dscp inherit \
            allow-localremote fwmark inherit erspan_ver 1
            """),
    KindCapture(
        "ip6erspan seq key 7 erspan_ver 2 erspan_dir ingress erspan_hwid 3",
        sent: """
            02:3000 03:3000 04:00000007 05:00000007 08:40 0b:04 0c:00000000 0d:00000000 0e:0000 0f:0200 10:0000 \
            11:0000 14:00000000 16:02 17:00 18:0300
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":64,"encap_limit":4,"tclass":"0x00","flowlabel":"0x00000",\#
            "ikey":"0.0.0.7","okey":"0.0.0.7","iseq":true,"oseq":true,"erspan_ver":2,"erspan_dir":"ingress",\#
            "erspan_hwid":"0x3"}
            """#,
        text: """
            remote any local any hoplimit 64 encaplimit 4 tclass 0x00 flowlabel 0x00000 ikey 0.0.0.7 okey \
            0.0.0.7 iseq oseq erspan_ver 2 erspan_dir ingress erspan_hwid 0x3
            """),
    KindCapture(
        "ip6erspan erspan 5",
        sent: """
            02:0000 03:0000 04:00000000 05:00000000 08:40 0b:04 0c:00000000 0d:00000000 0e:0000 0f:0200 10:0000 \
            11:0000 14:00000000 15:05000000 16:01
            """,
        json: #"""
            {"remote":"any","local":"any","ttl":64,"encap_limit":4,"tclass":"0x00","flowlabel":"0x00000",\#
            "erspan_index":5,"erspan_ver":1}
            """#,
        text: """
            remote any local any hoplimit 64 encaplimit 4 tclass 0x00 flowlabel 0x00000 erspan_index 5 \
            erspan_ver 1
            """),
    KindCapture(
        "ipip",
        sent: "",
        json: #"{}"#,
        text: ""),
    KindCapture(
        """
        ipip remote 192.0.2.1 local 192.0.2.2 ttl 3 tos 0x11 mode any dev w0 encap fou encap-sport auto \
        encap-dport 5555 fwmark 1
        """,
        sent: """
            01:01000000 02:c0000202 03:c0000201 04:03 05:11 09:00 0a:01 0f:0100 10:0000 11:0000 12:15b3 \
            14:01000000
            """,
        json: #"""
            {"proto":"any","remote":"192.0.2.1","local":"192.0.2.2","link":"w0","ttl":3,"tos":"0x11",\#
            "pmtudisc":true,"fwmark":"0x1","encap":{"type":"fou","sport":0,"dport":5555,"csum":false,\#
            "csum6":false,"remcsum":false}}
            """#,
        text: """
            any remote 192.0.2.1 local 192.0.2.2 dev w0 ttl 3 tos 0x11 pmtudisc fwmark 0x1 encap fou \
            encap-sport auto encap-dport 5555 noencap-csum noencap-csum6 noencap-remcsum
            """),
    KindCapture(
        "ipip mode mplsip external",
        sent: "09:89 13:",
        json: #"{"external":true,"proto":"mplsip","remote":"any","local":"any","ttl":0,"pmtudisc":false}"#,
        text: "external mplsip remote any local any ttl inherit nopmtudisc"),
    KindCapture(
        "ipip mode ipip nopmtudisc",
        sent: "01:00000000 04:00 05:00 09:04 0a:00 0f:0000 10:0000 11:0000 12:0000 14:00000000",
        json: #"{"proto":"ipip","remote":"any","local":"any","ttl":0,"pmtudisc":false}"#,
        text: "ipip remote any local any ttl inherit nopmtudisc"),
    KindCapture(
        "sit mode ip6ip isatap 6rd-prefix 2001:db8::/32 6rd-relay_prefix 192.0.2.0/24",
        sent: """
            01:00000000 04:00 05:00 08:0100 09:29 0a:01 0b:20010db8000000000000000000000000 0c:c0000200 0d:2000 \
            0e:1800 0f:0000 10:0000 11:0000 12:0000 14:00000000
            """,
        json: #"""
            {"proto":"ip6ip","remote":"any","local":"any","ttl":0,"pmtudisc":true,"isatap":true,\#
            "prefix":"2001:db8::","prefixlen":32,"relay_prefix":"192.0.2.0","relay_prefixlen":24}
            """#,
        text: """
            ip6ip remote any local any ttl inherit pmtudisc isatap 6rd-prefix 2001:db8::/32 6rd-relay_prefix \
            192.0.2.0/24
            """),
    KindCapture(
        "sit mode any",
        sent: "01:00000000 04:00 05:00 08:0000 09:00 0a:01 0f:0000 10:0000 11:0000 12:0000 14:00000000",
        json: #"{"proto":"any","remote":"any","local":"any","ttl":0,"pmtudisc":true}"#,
        text: "any remote any local any ttl inherit pmtudisc"),
    KindCapture(
        "sit mode mplsip",
        sent: "01:00000000 04:00 05:00 08:0000 09:89 0a:01 0f:0000 10:0000 11:0000 12:0000 14:00000000",
        json: #"{"proto":"mplsip","remote":"any","local":"any","ttl":0,"pmtudisc":true}"#,
        text: "mplsip remote any local any ttl inherit pmtudisc"),
    KindCapture(
        "sit external",
        sent: "09:00 13:",
        json: #"{"external":true,"proto":"any","remote":"any","local":"any","ttl":0,"pmtudisc":false}"#,
        text: "external any remote any local any ttl inherit nopmtudisc"),
    KindCapture(
        "sit ttl 5 tos inherit",
        sent: "01:00000000 04:05 05:01 08:0000 09:00 0a:01 0f:0000 10:0000 11:0000 12:0000 14:00000000",
        json: #"{"proto":"any","remote":"any","local":"any","ttl":5,"tos":"0x1","pmtudisc":true}"#,
        text: "any remote any local any ttl 5 tos inherit pmtudisc"),
    KindCapture(
        """
        ip6tnl mode ip6ip6 remote 2001:db8::1 local 2001:db8::2 hoplimit 4 encaplimit none tclass inherit \
        flowlabel 0x1 dscp inherit allow-localremote fwmark inherit dev w0
        """,
        sent: """
            01:01000000 02:20010db8000000000000000000000002 03:20010db8000000000000000000000001 04:04 06:04 \
            07:00000001 08:73000000 09:29 0f:0000 10:0200 11:0000 12:0000 14:00000000
            """,
        json: #"""
            {"proto":"ip6ip6","remote":"2001:db8::1","local":"2001:db8::2","link":"w0","ttl":4,\#
            "ip6_tnl_f_ign_encap_limit":true,"ip6_tnl_f_use_orig_tclass":true,"flowlabel":"0x00001",\#
            "ip6_tnl_f_rcv_dscp_copy":true,"ip6_tnl_f_allow_local_remote":true,"ip6_tnl_f_use_orig_fwmark":true}
            """#,
        text: """
            ip6ip6 remote 2001:db8::1 local 2001:db8::2 dev w0 hoplimit 4 encaplimit none tclass inherit \
            flowlabel 0x00001 dscp inherit allow-localremote fwmark inherit
            """),
    KindCapture(
        "ip6tnl mode ip6ip6 tclass 0x12 noallow-localremote dscp inherit",
        sent: """
            01:00000000 04:40 06:04 07:01200000 08:10000000 09:29 0f:0000 10:0200 11:0000 12:0000 14:00000000
            """,
        json: #"""
            {"proto":"ip6ip6","remote":"any","local":"any","ttl":64,"encap_limit":4,"tclass":"0x12",\#
            "flowlabel":"0x00000","ip6_tnl_f_rcv_dscp_copy":true}
            """#,
        text: "ip6ip6 remote any local any hoplimit 64 encaplimit 4 tclass 0x12 flowlabel 0x00000 dscp inherit"),
    KindCapture(
        "ip6tnl mode ipip6 external",
        sent: "09:04 13:",
        json: #"{"external":true,"proto":"ipip6","remote":"any","local":"any","ttl":0}"#,
        text: "external ipip6 remote any local any hoplimit inherit"),
    KindCapture(
        "ip6tnl mode any encap gue encap-dport 1 encap-sport 2",
        sent: """
            01:00000000 04:40 06:04 07:00000000 08:00000000 09:00 0f:0200 10:0200 11:0002 12:0001 14:00000000
            """,
        json: #"""
            {"proto":"any","remote":"any","local":"any","ttl":64,"encap_limit":4,"tclass":"0x00",\#
            "flowlabel":"0x00000","encap":{"type":"gue","sport":2,"dport":1,"csum":false,"csum6":true,\#
            "remcsum":false}}
            """#,
        text: """
            any remote any local any hoplimit 64 encaplimit 4 tclass 0x00 flowlabel 0x00000 encap gue \
            encap-sport 2 encap-dport 1 noencap-csum encap-csum6 noencap-remcsum
            """),
    KindCapture(
        "ip6tnl hoplimit 0",
        sent: """
            01:00000000 04:00 06:04 07:00000000 08:00000000 09:00 0f:0000 10:0200 11:0000 12:0000 14:00000000
            """,
        json: #"""
            {"proto":"any","remote":"any","local":"any","ttl":0,"encap_limit":4,"tclass":"0x00",\#
            "flowlabel":"0x00000"}
            """#,
        text: "any remote any local any hoplimit inherit encaplimit 4 tclass 0x00 flowlabel 0x00000"),
    KindCapture(
        "vti remote 192.0.2.1 local 192.0.2.2 key 7 dev w0 fwmark 5",
        sent: "01:01000000 02:00000007 03:00000007 04:c0000202 05:c0000201 06:05000000",
        json: #"""
            {"remote":"192.0.2.1","local":"192.0.2.2","link":"w0","ikey":"0.0.0.7","okey":"0.0.0.7",\#
            "fwmark":"0x5"}
            """#,
        text: "remote 192.0.2.1 local 192.0.2.2 dev w0 ikey 0.0.0.7 okey 0.0.0.7 fwmark 0x5"),
    KindCapture(
        "vti dev w0",
        sent: "01:01000000 02:00000000 03:00000000 06:00000000",
        json: #"{"remote":"any","local":"any","link":"w0"}"#,
        text: "remote any local any dev w0"),
    KindCapture(
        "vti6 ikey 7 okey 8 remote 2001:db8::1 local 2001:db8::2",
        sent: """
            02:00000007 03:00000008 04:20010db8000000000000000000000002 05:20010db8000000000000000000000001 \
            06:00000000
            """,
        json: #"{"remote":"2001:db8::1","local":"2001:db8::2","ikey":"0.0.0.7","okey":"0.0.0.8"}"#,
        text: "remote 2001:db8::1 local 2001:db8::2 ikey 0.0.0.7 okey 0.0.0.8"),
    KindCapture(
        "xfrm dev w0 if_id 0x55",
        sent: "01:01000000 02:55000000",
        json: #"{"if_id":"0x55"}"#,
        text: "if_id 0x55"),
    KindCapture(
        "xfrm external",
        sent: "03:",
        json: #"{"external":true}"#,
        text: "external"),
    KindCapture(
        "geneve id 5 remote 192.0.2.1",
        sent: "01:05000000 02:c0000201 03:00 04:00 0b:00000000",
        json: #"{"id":5,"remote":"192.0.2.1","ttl":0}"#,
        text: "id 5 remote 192.0.2.1 ttl auto"),
    KindCapture(
        """
        geneve id 5 remote 2001:db8::1 ttl 5 tos 0x10 df set flowlabel 7 dstport 6082 udpcsum \
        udp6zerocsumtx udp6zerocsumrx innerprotoinherit
        """,
        sent: """
            01:05000000 03:05 04:10 05:17c2 07:20010db8000000000000000000000001 08:01 09:01 0a:01 0b:00000007 \
            0d:01 0e:
            """,
        json: #"""
            {"id":5,"remote6":"2001:db8::1","ttl":5,"tos":"0x10","df":"set","label":"0x7","port":6082,\#
            "udp_csum":true,"udp_zero_csum6_tx":true,"udp_zero_csum6_rx":true,"inner_proto_inherit":true}
            """#,
        text: """
            id 5 remote 2001:db8::1 ttl 5 tos 0x10 df set flowlabel 0x7 dstport 6082 udpcsum udp6zerocsumtx \
            udp6zerocsumrx innerprotoinherit
            """),
    KindCapture(
        """
        geneve id 5 remote 192.0.2.1 ttl inherit tos inherit df inherit noudpcsum noudp6zerocsumtx \
        noudp6zerocsumrx
        """,
        sent: "01:05000000 02:c0000201 03:00 04:01 08:00 09:00 0a:00 0b:00000000 0c:01 0d:02",
        json: #"""
            {"id":5,"remote":"192.0.2.1","tos":"0x1","df":"inherit","udp_csum":false,"udp_zero_csum6_tx":false,\#
            "udp_zero_csum6_rx":false}
            """#,
        text: """
            id 5 remote 192.0.2.1 ttl inherit tos inherit df inherit noudpcsum noudp6zerocsumtx noudp6zerocsumrx
            """),
    KindCapture(
        "geneve id 5 remote 192.0.2.1 ttl auto df unset",
        sent: "01:05000000 02:c0000201 03:00 04:00 0b:00000000 0d:00",
        json: #"{"id":5,"remote":"192.0.2.1","ttl":0,"df":"unset"}"#,
        text: "id 5 remote 192.0.2.1 ttl auto"),
    KindCapture(
        "geneve external dstport 5",
        sent: "01:00000000 03:00 04:00 05:0005 06: 0b:00000000",
        json: #"{"external":true,"id":0,"ttl":0,"port":5}"#,
        text: "external id 0 ttl auto dstport 5"),
    KindCapture(
        """
        macsec address 02:00:00:00:00:01 port 11 cipher gcm-aes-256 icvlen 16 encrypt on send_sci on \
        end_station off scb off protect on replay on window 5 validate strict encodingsa 1 offload off
        """,
        sent: """
            01:020000000001000b 03:10 04:0200000100c28000 05:05000000 06:01 07:01 08:01 09:01 0a:00 0b:00 0c:01 \
            0d:02 0f:00
            """,
        json: #"""
            {"sci":"020000000001000b","protect":true,"cipher_suite":"GCM-AES-256","icv_len":16,"encoding_sa":1,\#
            "validation":"strict","offload":"off","encrypt":true,"inc_sci":true,"es":false,"scb":false,\#
            "replay_protect":true,"window":5}
            """#,
        text: """
            sci 020000000001000b protect on cipher GCM-AES-256 icvlen 16 encodingsa 1 validate strict offload \
            off encrypt on send_sci on end_station off scb off replay on window 5
            """),
    KindCapture(
        """
        macsec sci 0x0200000000010001 cipher gcm-aes-xpn-128 send_sci off end_station on validate check \
        offload phy replay off
        """,
        sent: "01:0200000000010001 04:0300000100c28000 05:ffffffff 09:00 0a:01 0c:00 0d:01 0f:01",
        json: #"""
            {"sci":"0200000000010001","cipher_suite":"GCM-AES-XPN-128","validation":"check","offload":"phy",\#
            "inc_sci":false,"es":true,"replay_protect":false,"window":-1}
            """#,
        text: """
            sci 0200000000010001 cipher GCM-AES-XPN-128 validate check offload phy send_sci off end_station on \
            replay off window -1
            """),
    KindCapture(
        "macsec port 5",
        sent: "02:0005",
        json: #"{}"#,
        text: ""),
    KindCapture(
        "macsec cipher default",
        sent: "04:0100000100028000",
        json: #"{"cipher_suite":"GCM-AES-128"}"#,
        text: "cipher GCM-AES-128"),
    KindCapture(
        "macsec cipher gcm-aes-128",
        sent: "04:0100000100c28000",
        json: #"{"cipher_suite":"GCM-AES-128"}"#,
        text: "cipher GCM-AES-128"),
    KindCapture(
        "macsec cipher gcm-aes-xpn-256 validate disabled offload mac",
        sent: "04:0400000100c28000 0d:00 0f:02",
        json: #"{"cipher_suite":"GCM-AES-XPN-256","validation":"disabled","offload":"mac"}"#,
        text: "cipher GCM-AES-XPN-256 validate disabled offload mac"),
]

let bondCaptures: [KindCapture] = [
    KindCapture(
        """
        bond mode 802.3ad miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 use_carrier 1 \
        lacp_rate fast lacp_active off ad_select bandwidth ad_user_port_key 5 ad_actor_sys_prio 6 \
        ad_actor_system 02:00:00:00:00:01 min_links 2 xmit_hash_policy layer3+4 num_grat_arp 3 resend_igmp \
        4 all_slaves_active 1 lp_interval 7 packets_per_slave 8 tlb_dynamic_lb 0 arp_missed_max 9
        """,
        sent: """
            01:04 03:64000000 04:c8000000 05:2c010000 06:01 0e:01 0f:04000000 10:03 11:01 12:02000000 \
            13:07000000 14:08000000 15:01 16:01 18:0600 19:0500 1a:020000000001 1b:00 1c:90010000 1d:00 1e:09
            """,
        json: #"""
            {"mode":"802.3ad","miimon":100,"updelay":200,"downdelay":300,"peer_notify_delay":400,\#
            "use_carrier":1,"arp_missed_max":9,"xmit_hash_policy":"layer3+4","resend_igmp":4,"num_peer_notif":3,\#
            "all_slaves_active":1,"min_links":2,"lp_interval":7,"packets_per_slave":8,"ad_lacp_active":"off",\#
            "ad_lacp_rate":"fast","ad_select":"bandwidth","ad_actor_sys_prio":6,"ad_user_port_key":5,\#
            "ad_actor_system":"02:00:00:00:00:01","tlb_dynamic_lb":0}
            """#,
        text: """
            mode 802.3ad miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 use_carrier 1 \
            arp_missed_max 9 xmit_hash_policy layer3+4 resend_igmp 4 num_grat_arp 3 all_slaves_active 1 \
            min_links 2 lp_interval 7 packets_per_slave 8 lacp_active off lacp_rate fast ad_select bandwidth \
            ad_actor_sys_prio 6 ad_user_port_key 5 ad_actor_system 02:00:00:00:00:01 tlb_dynamic_lb 0
            """),
    KindCapture(
        """
        bond mode 1 active_slave w0 primary w0 primary_reselect better fail_over_mac follow arp_interval \
        100 arp_validate filter arp_all_targets all arp_ip_target 192.0.2.1,192.0.2.2 ns_ip6_target \
        2001:db8::1,2001:db8::2
        """,
        sent: """
            01:01 02:01000000 07:64000000 08:08000000c000020108000100c0000202 09:04000000 0a:01000000 \
            0b:01000000 0c:01 0d:02 \
            1f:1400000020010db80000000000000000000000011400010020010db8000000000000000000000002
            """,
        json: #"""
            {"mode":"active-backup","active_slave":"w0","arp_interval":100,"arp_ip_target":["192.0.2.1",\#
            "192.0.2.2"],"ns_ip6_target":["2001:db8::1","2001:db8::2"],"arp_validate":"filter",\#
            "arp_all_targets":"all","primary":"w0","primary_reselect":"better","fail_over_mac":"follow"}
            """#,
        text: """
            mode active-backup active_slave w0 arp_interval 100 arp_ip_target 192.0.2.1,192.0.2.2 ns_ip6_target \
            2001:db8::1,2001:db8::2 arp_validate filter arp_all_targets all primary w0 primary_reselect better \
            fail_over_mac follow
            """),
    KindCapture(
        """
        bond mode balance-tlb fail_over_mac 0 lacp_rate 1 primary_reselect 2 ad_select count \
        xmit_hash_policy vlan+srcmac lacp_active on arp_validate none num_unsol_na 4
        """,
        sent: "01:05 09:00000000 0c:02 0d:00 0e:05 10:04 15:01 16:02 1d:01",
        json: #"""
            {"mode":"balance-tlb","arp_validate":null,"primary_reselect":"failure","fail_over_mac":"none",\#
            "xmit_hash_policy":"vlan+srcmac","num_peer_notif":4,"ad_lacp_active":"on","ad_lacp_rate":"fast",\#
            "ad_select":"count"}
            """#,
        text: """
            mode balance-tlb arp_validate none primary_reselect failure fail_over_mac none xmit_hash_policy \
            vlan+srcmac num_grat_arp 4 lacp_active on lacp_rate fast ad_select count
            """),
    KindCapture(
        "bond clear_active_slave",
        sent: "02:00000000",
        json: #"{}"#,
        text: "",
        isNew: false),
    KindCapture(
        "bond_slave queue_id 5 prio 7",
        sent: "05:0500 09:07000000",
        json: #"{"queue_id":5,"prio":7}"#,
        text: "queue_id 5 prio 7",
        isNew: false),
    KindCapture(
        "bond_slave prio -7",
        sent: "09:f9ffffff",
        json: #"{"prio":-7}"#,
        text: "prio -7",
        isNew: false),
]

/// Kinds whose devices stand for themselves.
let otherKindCaptures: [KindCapture] = [
    KindCapture(
        "amt mode gateway local 192.0.2.1 discovery 192.0.2.9 dev w0",
        sent: "01:00000000 04:01000000 05:c0000201 07:c0000209",
        json: #"{"mode":"gateway","local":"192.0.2.1","discovery":"192.0.2.9","link":"w0"}"#,
        text: "gateway local 192.0.2.1 discovery 192.0.2.9 dev w0"),
    KindCapture(
        "amt mode relay local 192.0.2.1 dev w1 relay_port 2268 gateway_port 2269 max_tunnels 12",
        sent: "01:01000000 02:08dc 03:08dd 04:02000000 05:c0000201 08:0c000000",
        json: #"""
            {"mode":"relay","gateway_port":2269,"relay_port":2268,"local":"192.0.2.1","link":"w1","max_tunnels":12}
            """#,
        text: "relay gateway_port 2269 relay_port 2268 local 192.0.2.1 dev w1 max_tunnels 12"),
    KindCapture("amt mode relay", sent: "01:01000000", json: #"{"mode":"relay"}"#, text: "relay"),
    KindCapture(
        "bareudp dstport 6635 ethertype mpls_uc", sent: "01:19eb 02:8847",
        json: #"{"dstport":6635,"ethertype":"mpls_uc","multiproto":false}"#,
        text: "dstport 6635 ethertype mpls_uc nomultiproto"),
    KindCapture(
        "bareudp dstport 6635 ethertype ipv4 srcportmin 1000 multiproto", sent: "01:19eb 02:0800 03:e803 04:",
        json: #"{"dstport":6635,"ethertype":"ip","srcportmin":1000,"multiproto":true}"#,
        text: "dstport 6635 ethertype ip srcportmin 1000 multiproto"),
    KindCapture(
        "bareudp dstport 6635 ethertype 0x1234 nomultiproto", sent: "01:19eb 02:1234",
        json: #"{"dstport":6635,"ethertype":"[4660]","multiproto":false}"#,
        text: "dstport 6635 ethertype [4660] nomultiproto"),
    KindCapture(
        "hsr slave1 w0 slave2 w1", sent: "01:01000000 02:02000000",
        json: #"{"slave1":"w0","slave2":"w1"}"#, text: "slave1 w0 slave2 w1"),
    KindCapture(
        "hsr slave1 w0 slave2 w1 supervision 45 version 1", sent: "01:01000000 02:02000000 03:2d 06:01",
        json: #"{"slave1":"w0","slave2":"w1"}"#, text: "slave1 w0 slave2 w1"),
    KindCapture(
        "hsr slave1 w0 slave2 w1 proto 1", sent: "01:01000000 02:02000000 07:01",
        json: #"{"slave1":"w0","slave2":"w1","proto":1}"#, text: "slave1 w0 slave2 w1 proto 1"),
    // Since iproute2 6.11.
    KindCapture(
        "hsr slave1 w0 slave2 w1 interlink d0", sent: "01:01000000 02:02000000 08:05000000",
        json: #"{"slave1":"w0","slave2":"w1","interlink":"d0"}"#, text: "slave1 w0 slave2 w1 interlink d0"),
    // Since iproute2 6.17.
    KindCapture(
        "bond broadcast_neighbor on", sent: "21:01", json: #"{"broadcast_neighbor":"on"}"#,
        text: "broadcast_neighbor on", isNew: false),
]
