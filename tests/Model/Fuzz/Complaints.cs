using System.Globalization;
using Penalties.Requests;
using Penalties.Rules;

namespace Model.Tests.Fuzz;

/// <summary>Complaints as agents save them, out of few tickets, customers, drivers and rides, so that they meet.</summary>
internal static class Complaints
{
    /// <summary>Whose updates are our own.</summary>
    public const long OwnAgent = 900;

    private const int Tickets = 60;

    private static readonly string[] Violations = [.. KoreanTerms.ViolationNames];
    private static readonly string[] CallTypes = [.. KoreanTerms.CallTypeNames];

    public static List<Member> Draw(Random draw)
    {
        var ticket = draw.Next(Tickets);
        // A ticket is about one customer, driver and ride, mostly; another one may be about the same.
        var subject = draw.Next(6) == 0 ? draw.Next(Tickets) : ticket;
        var person = Person.All[subject % Person.All.Count];
        var ride = subject % 12;
        var called = Centre.Start.AddHours(-20 - ride);
        var isByPlace = ride % 4 == 3;
        var isOnPhone = draw.Next(2) == 0;
        var members = new List<Member>();
        Add("account", draw.Next(20) == 0 ? "kmob2" : "kmob");
        Add("ticket", $"{4711 + ticket}");
        AddSometimes(2, "kind", draw.Next(6) == 0 ? "callback" : "penalty");
        Add("occurred_at", Time(Centre.Start.AddMinutes(-draw.Next(18 * 60)), draw));
        Add("inquiry_path", draw.Next(4) == 0 ? "대리_고객>이용불편/신고>콜취소/Noshow>제휴콜" : "대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow");
        Add("call_type", One(CallTypes));
        Add("channel", isOnPhone ? "phone" : "chat");
        Add("verified", draw.Next(25) == 0 ? "none" : One(isOnPhone ? ["caller", "account_holder"] : ["caller", "account_holder", "signed_in"]));
        AddSometimes(20, "ride_number", $"{draw.Next(1, 10)}");
        AddUnless(isByPlace, "ride_id", $"R-{ride}");
        Add("ride_called_at", Time(called, draw));
        AddUnless(!isByPlace && draw.Next(2) == 0, "ride_origin", person.Origin);
        AddUnless(!isByPlace && draw.Next(2) == 0, "ride_destination", person.Destination);
        Add("driver_id", $"D-102{subject % 3}");
        Add("customer_id", person.CustomerId);
        Add("customer_phone", One([.. person.Phone]));
        Add("customer_name", person.Name);
        Add("violation", One(Violations));
        Add("centre", One("KOC", "KMCC"));
        Add("block", One("agreed", "declined", ""));
        Add("feedback_stage", One("0", "1", "2", "3"));
        AddSometimes(3, "unclear", One("true", "false"));
        AddSometimes(2, "compensation_stage", One("0", "1", "2"));
        AddSometimes(4, "supervisor", One("true", "false"));
        Add("agent", $"agent-{draw.Next(5)}");
        Add("text", person.Text);
        AddSometimes(15, "case_id", CaseId.Of("kmob", $"{4711 + draw.Next(Tickets)}", CaseKind.Penalty));
        AddSometimes(8, "updated_by", draw.Next(3) == 0 ? $"{OwnAgent}" : "17");
        AddSometimes(8, "tags", draw.Next(3) == 0 ? $"vip {ContactLog.Tag}" : "vip urgent");
        if (draw.Next(6) == 0)
        {
            Add("callback_phone", person.OtherPhone);
            Add("callback_read_back", "true");
            Add("consent_purpose", person.Purpose);
            Add("consent_items", "전화번호");
            Add("consent_retention", "처리 후 30일");
            Add("consent_right_told", "true");
            Add("consent_told_at", Time(Centre.Start.AddHours(-1), draw));
            Add("consent_agreed_at", Time(Centre.Start.AddMinutes(-draw.Next(50)), draw));
            Add("consent_method", One("phone", "chat"));
            Add("consent_script_version", "callback-number@1");
        }

        return members;

        string One(params string[] some) => some[draw.Next(some.Length)];

        void Add(string name, string value) => members.Add(new(name, Member.Quoted(value, draw)));

        void AddUnless(bool isLeftOut, string name, string value)
        {
            if (!isLeftOut)
            {
                Add(name, value);
            }
        }

        void AddSometimes(int oneIn, string name, string value) => AddUnless(draw.Next(oneIn) != 0, name, value);
    }

    /// <summary>The body that names the ticket only.</summary>
    public static List<Member> Thin(IEnumerable<Member> complaint) => [.. complaint.Where(member => member.Name == "ticket")];

    private static string Time(DateTimeOffset at, Random draw) => draw.Next(4) switch
    {
        0 => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        1 => at.ToString("O", CultureInfo.InvariantCulture),
        2 => at.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture),
        _ => at.ToOffset(TimeSpan.FromHours(-5)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
    };
}
