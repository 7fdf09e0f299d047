using System.Text;
using LocalHost.Tour;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Penalties.Cases;
using Penalties.Content;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Tests;

public sealed class ComplaintFormTests
{
    private static readonly ComplaintBody Valid = new()
    {
        Ticket = "4711",
        OccurredAt = "2026-09-18T22:30:00+09:00",
        RideCalledAt = "2026-09-18T21:00:00+09:00",
    };

    private static readonly DateTimeOffset Received = new(2026, 9, 18, 22, 31, 0, Korea.Offset);

    private static readonly ComplaintMapper Mapper = new(
        Options.Create(new PrivacyOptions { HashKey = "0123456789abcdef" }), Options.Create(new CrmOptions { Sources = { ["zendesk"] = new() } }), new(Options.Create(new HolidayOptions())),
        new FakeTimeProvider(Received));

    [Fact]
    public void A_full_form_has_no_problems_and_becomes_a_complaint_without_personal_data()
    {
        var form = Parse(Valid.ToJson());
        Assert.Empty(Problems(Valid.ToJson()));

        var complaint = Mapper.Map("zendesk", form).Complaint;
        Assert.Equal(
            (Violation.RecklessDriving, CallType.General, Centre.Koc, Channel.Phone),
            (complaint.Violation, complaint.CallType, complaint.Centre, complaint.Channel));
        Assert.Equal(new DateOnly(2026, 9, 18), complaint.RideDate);
        var json = System.Text.Json.JsonSerializer.Serialize(complaint);
        foreach (var personal in new[] { "홍길동", "1234", "5678", "과속", "C-77001" })
        {
            Assert.DoesNotContain(personal, json, StringComparison.Ordinal);
        }

        Assert.Equal("+821012345678", Mapper.Map("zendesk", form).Contact.Phone);
    }

    [Fact]
    public void Numbers_and_truth_values_count_as_texts_and_empty_ones_as_absent()
    {
        var form = Parse("""{"ticket":4711,"unclear":true,"feedback_stage":3,"block":"  ","ride_id":null}""");
        Assert.Equal(("4711", "true", "3"), (form.Ticket, form.Unclear, form.FeedbackStage));
        Assert.Null(form.Block);
        Assert.Null(form.RideId);
    }

    [Fact]
    public void Hangul_that_comes_in_letters_is_the_same_word()
    {
        // Every final, every vowel and every lead is in one of these.
        for (var syllable = '가'; syllable <= '힣'; syllable++)
        {
            var index = syllable - '가';
            var final = index % 28 == 0 ? "" : $"{(char)('\u11a7' + (index % 28))}";
            var letters = $"{(char)('\u1100' + (index / 588))}{(char)('\u1161' + (index / 28 % 21))}{final}";
            Assert.Equal($"a{syllable}1", Parse($$"""{"text":"a{{letters}}1"}""").Text);
        }

        var letter = Valid with { Violation = "\u1102\u1161\u11ab\u1111\u1169\u11a8\u110b\u116e\u11ab\u110c\u1165\u11ab", RideId = "", RideOrigin = "\u1100\u1161\u11bc\u1102\u1161\u11b7 1", RideDestination = "b" };
        Assert.Empty(Problems(letter.ToJson()));
        var word = Mapper.Map("zendesk", Parse((letter with { Violation = "난폭운전", RideOrigin = "강남 1" }).ToJson())).Complaint;
        Assert.Equal(word, Mapper.Map("zendesk", Parse(letter.ToJson())).Complaint);
    }

    [Theory]
    [InlineData("\u1100")]
    [InlineData("\u1161\u1100\u11a8")]
    [InlineData("각\u11a8")]
    [InlineData("가\u11a7")]
    [InlineData("\u1100a\u1161")]
    [InlineData("\ufffe\uffff\u1161")]
    public void Letters_that_make_no_syllable_stay_as_they_are(string text) => Assert.Equal(text, Parse($$"""{"text":"{{text}}"}""").Text);

    [Theory]
    [InlineData("""{"ticket":{"id":1}}""")]
    [InlineData("""{"ticket":"1",""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    public void What_is_not_the_json_of_a_form_is_a_problem_and_no_fault(string body)
    {
        var (form, problem) = ComplaintForm.Parse(Encoding.UTF8.GetBytes(body));
        Assert.Null(form);
        Assert.StartsWith("body:", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_missing_field_is_named()
    {
        var named = Problems("{}").Select(problem => problem.Split(':')[0]).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "account", "ticket", "occurred_at", "inquiry_path", "call_type", "channel", "verified", "driver_id", "customer_id", "customer_phone",
                "violation", "centre", "ride_id",
            },
            named);
    }

    [Fact]
    public void A_wrong_value_is_named_with_what_is_allowed_and_never_repeated()
    {
        var problem = Assert.Single(Problems((Valid with { Violation = "비밀스러운 말" }).ToJson()));
        Assert.StartsWith("violation: allowed:", problem, StringComparison.Ordinal);
        Assert.Contains("음주의심", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("비밀", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void On_the_phone_a_signed_in_account_does_not_verify()
    {
        Assert.Single(Problems((Valid with { Verified = "signed_in" }).ToJson()));
        Assert.Empty(Problems((Valid with { Verified = "signed_in", Channel = "chat" }).ToJson()));
    }

    [Fact]
    public void A_ride_without_id_is_identified_by_time_origin_and_destination()
    {
        var byPlace = Valid with { RideId = "", RideCalledAt = "2026-09-18T21:00:00+09:00", RideOrigin = "강남역 1번 출구", RideDestination = "분당구 정자동" };
        Assert.Empty(Problems(byPlace.ToJson()));
        Assert.Single(Problems((byPlace with { RideDestination = "" }).ToJson()));
        Assert.DoesNotContain("강남", Mapper.Map("zendesk", Parse(byPlace.ToJson())).Complaint.RideKey, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("자사콜(일반)")]
    [InlineData("자사콜(VIP)")]
    [InlineData("제휴콜")]
    [InlineData("위탁콜")]
    [InlineData("예약콜")]
    [InlineData("기타")]
    public void The_six_call_types_are_known(string callType) => Assert.Empty(Problems((Valid with { CallType = callType }).ToJson()));

    [Fact]
    public void A_repeat_tells_nothing_new_stages_only_rise_and_consent_may_be_taken_back()
    {
        var form = Parse((Valid with { Block = "agreed", FeedbackStage = "3" }).ToJson());
        var filed = Transitions.File(new("pr-0000000000000000", Mapper.Map("zendesk", form).Complaint), DateTimeOffset.UnixEpoch);
        var told = Mapper.Facets(Mapper.Map("zendesk", form), known: null).ToList();
        Assert.Equal([new BlockAgreed(Received.AddMinutes(-1)), new FeedbackPromised(Received.AddMinutes(-1), "feedback-3@1")], told);

        var known = told.Aggregate(filed, (current, happened) => Transitions.Apply(current, happened, DateTimeOffset.UnixEpoch).Case!);
        Assert.Empty(Mapper.Facets(Mapper.Map("zendesk", form), known));
        var lowered = Valid with { Block = "declined", FeedbackStage = "1", OccurredAt = "2026-09-18T22:30:01+09:00" };
        Assert.Equal([new BlockWithdrawn(Received.AddSeconds(-59))], Mapper.Facets(Mapper.Map("zendesk", Parse(lowered.ToJson())), known));
    }

    [Fact]
    public void An_earlier_stage_that_was_saved_before_the_promise_and_came_after_it_is_heard_of()
    {
        var promised = Mapper.Map("zendesk", Parse((Valid with { FeedbackStage = "3" }).ToJson()));
        var known = Transitions.Apply(
            Transitions.File(new("pr-0000000000000000", promised.Complaint), DateTimeOffset.UnixEpoch), new FeedbackPromised(promised.AskedAt), DateTimeOffset.UnixEpoch).Case!;

        var overtaken = Mapper.Map("zendesk", Parse((Valid with { FeedbackStage = "2", OccurredAt = "2026-09-18T22:20:00+09:00" }).ToJson()));

        Assert.Equal([new FeedbackDated(2, Received.AddMinutes(-11))], Mapper.Facets(overtaken, known));
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("2026-09-19T22:30:00+09:00")]
    [InlineData("2025-09-18T22:30:00+09:00")]
    public void A_ride_after_the_complaint_or_long_before_it_is_a_slip(string called) =>
        Assert.Contains(Problems((Valid with { RideCalledAt = called }).ToJson()), problem => problem.StartsWith("ride_called_at", StringComparison.Ordinal));

    [Theory]
    [InlineData("홍길동", "홍*동")]
    [InlineData("홍길", "홍*")]
    [InlineData("남궁민수", "남**수")]
    [InlineData("홍", "*")]
    [InlineData(" ", null)]
    public void Names_are_masked(string name, string? masked) => Assert.Equal(masked, Masking.Name(name));

    [Fact]
    public void Numbers_are_masked() => Assert.Equal("010-****-5678", Masking.Phone("+821012345678"));

    [Theory]
    [InlineData("2026-09-18T22:30:00+09:00", "2026-09-18T13:30:00Z")]
    [InlineData("2026-09-18T22:30+09:00", "2026-09-18T13:30:00Z")]
    [InlineData("2026-09-18T13:30:00Z", "2026-09-18T13:30:00Z")]
    [InlineData("2026-09-18T13:30:00.1234567Z", "2026-09-18T13:30:00.1234567Z")]
    [InlineData("2026-09-18T22:30:00", null)]
    [InlineData("2026-09-18 22:30:00+09:00", null)]
    [InlineData("2026-09-18", null)]
    [InlineData("09/18/2026 22:30 +09:00", null)]
    [InlineData("18 Sep 2026 13:30 GMT", null)]
    [InlineData("2026-13-18T13:30:00Z", null)]
    [InlineData("yesterday", null)]
    public void A_time_is_taken_with_its_offset_or_not_at_all(string text, string? instant)
    {
        var occurred = Problems((Valid with { OccurredAt = text }).ToJson());
        var called = Problems((Valid with { RideCalledAt = text }).ToJson());
        Assert.Equal(instant is null ? ["occurred_at"] : [], occurred.Select(Field));
        Assert.Equal(instant is null ? ["ride_called_at"] : [], called.Select(Field));
        if (instant is not null)
        {
            var late = Mapper.Map("zendesk", Parse((Valid with { RideCalledAt = text }).ToJson())).Complaint;
            Assert.Equal(Korea.DateOf(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)), late.RideDate);
        }
    }

    [Fact]
    public void Feedback_that_tells_the_rides_date_needs_it()
    {
        Assert.Equal(["ride_called_at"], Problems((Valid with { FeedbackStage = "3", RideCalledAt = "" }).ToJson()).Select(Field));
        Assert.Empty(Problems((Valid with { FeedbackStage = "2", RideCalledAt = "" }).ToJson()));
    }

    [Fact]
    public void Every_text_has_a_limit()
    {
        var longest = Valid with
        {
            Account = new('a', 64),
            Ticket = new('1', 40),
            RideId = new('r', 64),
            DriverId = new('d', 64),
            CustomerId = new('c', 64),
            Agent = new('a', 64),
            CustomerName = new('가', 100),
            RideOrigin = new('가', 300),
            RideDestination = new('가', 300),
            Text = new('가', 10_000),
        };
        Assert.Empty(Problems(longest.ToJson()));

        var tooLong = longest with
        {
            Account = longest.Account + "a",
            Ticket = longest.Ticket + "1",
            RideId = longest.RideId + "r",
            DriverId = longest.DriverId + "d",
            CustomerId = longest.CustomerId + "c",
            Agent = longest.Agent + "a",
            CustomerName = longest.CustomerName + "가",
            RideOrigin = longest.RideOrigin + "가",
            RideDestination = longest.RideDestination + "가",
            Text = longest.Text + "가",
        };
        Assert.Equal(
            ["account", "agent", "customer_id", "customer_name", "driver_id", "ride_destination", "ride_id", "ride_origin", "text", "ticket"],
            Problems(tooLong.ToJson()).Select(Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("D 1029")]
    [InlineData("D/1029")]
    [InlineData("기사")]
    [InlineData("D-1029?x=1")]
    public void An_id_is_letters_digits_and_a_few_signs(string id) => Assert.Equal(
        ["account", "agent", "customer_id", "driver_id", "ride_id"],
        Problems((Valid with { Account = id, DriverId = id, CustomerId = id, RideId = id, Agent = id }).ToJson()).Select(Field).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("010-1234-5678")]
    [InlineData("01012345678")]
    [InlineData("82-10-1234-5678")]
    [InlineData("016.432.8264")]
    [InlineData("-010.1234.5678:")]
    public void A_phone_number_is_no_id_but_a_customers(string number)
    {
        Assert.Equal(
            ["account", "agent", "driver_id", "ride_id"],
            Problems((Valid with { Account = number, DriverId = number, CustomerId = number, RideId = number, Agent = number }).ToJson()).Select(Field).Order(StringComparer.Ordinal));
        var digits = string.Concat(number.Where(char.IsAsciiDigit));
        Assert.Equal(["ticket"], Problems((Valid with { Ticket = digits }).ToJson()).Select(Field));
        Assert.False(TicketFetch.IsTicket(digits));
    }

    [Theory]
    [InlineData("1012345678")]
    [InlineData("0000012345")]
    [InlineData("D-01012345678")]
    [InlineData("20260918001")]
    [InlineData("8210")]
    public void An_id_may_be_a_long_number(string id) =>
        Assert.Empty(Problems((Valid with { Account = id, DriverId = id, RideId = id, Agent = id, Ticket = id.Replace("-", "", StringComparison.Ordinal) }).ToJson()));

    [Theory]
    [InlineData("010-1234-5678", "+821012345678")]
    [InlineData("+82 10 1234 5678", "+821012345678")]
    [InlineData("0502-1234-5678", "+8250212345678")]
    [InlineData("02-312-3456", null)]
    [InlineData("070-1234-5678", null)]
    [InlineData("1577-1577", null)]
    [InlineData("+1 650 253 0000", null)]
    [InlineData("+81 90 1234 5678", null)]
    public void A_number_is_korean_and_receives_texts(string number, string? e164)
    {
        Assert.Equal(e164, PhoneNumber.Parse(number));
        Assert.Equal(e164 is null ? ["customer_phone"] : [], Problems((Valid with { CustomerPhone = number }).ToJson()).Select(Field));
    }

    private static string Field(string problem) => problem.Split(':')[0];

    private static ComplaintForm Parse(string json) => ComplaintForm.Parse(Encoding.UTF8.GetBytes(json)).Form!;

    private static List<string> Problems(string json) => [.. new ComplaintFormRules().Validate(Parse(json)).Errors.Select(error => error.ErrorMessage)];
}
