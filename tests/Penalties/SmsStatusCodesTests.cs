using Penalties.Outside.Sms;

namespace Penalties.Tests;

public sealed class SmsStatusCodesTests
{
    [Theory]
    [InlineData("4000", SmsDelivery.Delivered)]
    [InlineData("3000", SmsDelivery.Underway)]
    [InlineData("2000", SmsDelivery.Underway)]
    [InlineData("2230", SmsDelivery.Underway)]
    [InlineData("", SmsDelivery.Underway)]
    [InlineData(null, SmsDelivery.Underway)]
    [InlineData("3001", SmsDelivery.Failed)]
    [InlineData("3040", SmsDelivery.Failed)]
    [InlineData("1062", SmsDelivery.Failed)]
    [InlineData("4001", SmsDelivery.Failed)]
    public void Solapis_codes(string? code, SmsDelivery means) => Assert.Equal(means, SmsStatusCodes.Solapi.DeliveryOf(code));

    [Theory]
    [InlineData("3/1000", SmsDelivery.Delivered)]
    [InlineData("1/", SmsDelivery.Underway)]
    [InlineData("2/", SmsDelivery.Underway)]
    [InlineData("3/", SmsDelivery.Underway)]
    [InlineData("/", SmsDelivery.Underway)]
    [InlineData(null, SmsDelivery.Underway)]
    [InlineData("7/", SmsDelivery.Underway)]
    [InlineData("3/3001", SmsDelivery.Failed)]
    [InlineData("3/2003", SmsDelivery.Failed)]
    [InlineData("0/", SmsDelivery.Failed)]
    [InlineData("0/E999", SmsDelivery.Failed)]
    [InlineData("4/", SmsDelivery.Failed)]
    public void Nhns_codes(string? code, SmsDelivery means) => Assert.Equal(means, SmsStatusCodes.NhnCloud.DeliveryOf(code));

    [Theory]
    [InlineData("3/2000")]
    [InlineData("0/2000")]
    [InlineData("3/E915")]
    [InlineData("5/E915")]
    [InlineData("5/")]
    public void A_result_that_never_came_and_a_duplicate_prove_nothing(string code) =>
        Assert.Equal(SmsDelivery.Underway, SmsStatusCodes.NhnCloud.DeliveryOf(code));

    [Fact]
    public void The_file_is_in_order() => Assert.Empty(SmsStatusCodes.Problems());

    [Fact]
    public void A_table_is_named_with_all_that_is_wrong_with_it()
    {
        var problems = SmsStatusCodes.Problems(new Dictionary<string, IReadOnlyList<SmsStatusRule>>
        {
            ["other"] =
            [
                new("1", null, SmsDelivery.Underway),
                new("1", null, SmsDelivery.Failed),
                new("2", "2", SmsDelivery.Failed),
                new(null, null, SmsDelivery.Failed),
            ],
        }).ToList();

        Assert.Equal(6, problems.Count);
        Assert.All(problems, problem => Assert.StartsWith("sms-status-codes.json: other: ", problem, StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("a code that means Delivered is required", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("the rule for '1' stands there 2 times", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_that_has_what_is_needed_has_no_problem() => Assert.Empty(SmsStatusCodes.Problems(new Dictionary<string, IReadOnlyList<SmsStatusRule>>
    {
        ["other"] = [new("", null, SmsDelivery.Underway), new("1", null, SmsDelivery.Delivered), new(null, "", SmsDelivery.Failed)],
    }));
}
