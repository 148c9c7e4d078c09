using Exemplar.Core.Audit;

namespace Exemplar.Core.Tests.Audit;

public sealed class AuditChangeTests
{
    [Fact]
    public void Only_fields_that_became_another_value_are_kept() => Assert.Equal(
        [new AuditChange("name", "a", "b"), new AuditChange("role", "editor", null)],
        AuditChange.Of(("name", "a", "b"), ("tags", "x", "x"), ("role", "editor", null), ("note", null, null)));

    [Fact]
    public void Long_values_are_cut_and_never_in_the_middle_of_a_character()
    {
        var text = new string('x', AuditChange.LongestValue - 2) + "😀😀";
        var cut = Assert.Single(AuditChange.Of(("description", null, text))).After!;
        Assert.Equal(new string('x', AuditChange.LongestValue - 2) + "…", cut);
        Assert.Equal(new string('y', AuditChange.LongestValue), Assert.Single(AuditChange.Of(("n", null, new string('y', AuditChange.LongestValue)))).After);
    }
}
