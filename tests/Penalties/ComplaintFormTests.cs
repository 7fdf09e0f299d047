using System.Text;
using LocalHost.Tour;
using Microsoft.Extensions.Options;
using Penalties.Intake;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Tests;

public sealed class ComplaintFormTests
{
    private static readonly ComplaintBody Valid = new() { Ticket = "4711", OccurredAt = "2026-09-18T22:30:00+09:00" };
    private static readonly ComplaintMapper Mapper = new(Options.Create(new PrivacyOptions { HashKey = "0123456789abcdef" }));

    [Fact]
    public void A_full_form_has_no_problems_and_becomes_a_complaint_without_personal_data()
    {
        var form = Parse(Valid.ToJson());
        Assert.Empty(Problems(Valid.ToJson()));

        var complaint = Mapper.Complaint("zendesk", form);
        Assert.Equal(
            (Violation.RecklessDriving, CallType.General, Centre.Koc, Channel.Phone),
            (complaint.Violation, complaint.CallType, complaint.Centre, complaint.Channel));
        Assert.Equal(new DateOnly(2026, 9, 18), complaint.RideDate);
        var json = System.Text.Json.JsonSerializer.Serialize(complaint);
        foreach (var personal in new[] { "홍길동", "1234", "5678", "과속", "C-77001" })
        {
            Assert.DoesNotContain(personal, json, StringComparison.Ordinal);
        }

        Assert.Equal("+821012345678", ComplaintMapper.Contact(form).Phone);
    }

    [Fact]
    public void Numbers_and_truth_values_count_as_texts_and_empty_ones_as_absent()
    {
        var form = Parse("""{"ticket":4711,"unclear":true,"feedback_stage":3,"block":"  ","ride_id":null}""");
        Assert.Equal(("4711", "true", "3"), (form.Ticket, form.Unclear, form.FeedbackStage));
        Assert.Null(form.Block);
        Assert.Null(form.RideId);
    }

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
        Assert.DoesNotContain("강남", Mapper.Complaint("zendesk", Parse(byPlace.ToJson())).RideKey, StringComparison.Ordinal);
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
    public void A_repeat_tells_nothing_new_and_facets_only_rise()
    {
        var form = Parse((Valid with { Block = "agreed", FeedbackStage = "3" }).ToJson());
        var filed = Transitions.File(new("pr-0000000000000000", Mapper.Complaint("zendesk", form)), DateTimeOffset.UnixEpoch);
        var told = ComplaintMapper.Facets(form, known: null).ToList();
        Assert.Equal([new BlockAgreed(), new FeedbackPromised()], told);

        var known = told.Aggregate(filed, (current, happened) => Transitions.Apply(current, happened, DateTimeOffset.UnixEpoch).Case!);
        Assert.Empty(ComplaintMapper.Facets(form, known));
        Assert.Empty(ComplaintMapper.Facets(Parse((Valid with { Block = "declined", FeedbackStage = "1" }).ToJson()), known));
    }

    [Theory]
    [InlineData("홍길동", "홍*동")]
    [InlineData("홍길", "홍*")]
    [InlineData("남궁민수", "남**수")]
    [InlineData("홍", "*")]
    [InlineData(" ", null)]
    public void Names_are_masked(string name, string? masked) => Assert.Equal(masked, Masking.Name(name));

    [Fact]
    public void Numbers_are_masked() => Assert.Equal("010-****-5678", Masking.Phone("+821012345678"));

    private static ComplaintForm Parse(string json) => ComplaintForm.Parse(Encoding.UTF8.GetBytes(json)).Form!;

    private static List<string> Problems(string json) => [.. new ComplaintFormRules().Validate(Parse(json)).Errors.Select(error => error.ErrorMessage)];
}
