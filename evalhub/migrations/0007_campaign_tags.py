import django.db.models.deletion
from django.db import migrations, models


def judge_gates(apps, schema_editor):
    """Say of campaigns that are done what their gates said of them."""
    from evalhub.selectors.campaign_rows import CampaignRows
    from evalhub.selectors.gates import judged_gate

    model = {name: apps.get_model('evalhub', name) for name in ('Campaign', 'Score', 'Comparison')}
    for campaign in model['Campaign'].objects.filter(state='done', gate_rules__isnull=False).distinct():
        rows = CampaignRows(
            campaign=campaign,
            systems=list(campaign.campaign_systems.select_related('system').order_by('position')),
            raters=list(campaign.campaign_raters.order_by('position')),
            gate_rules=list(campaign.gate_rules.order_by('position')),
            scores=list(model['Score'].objects.filter(job=campaign.score_job_id).order_by('pk')),
            comparisons=list(model['Comparison'].objects.filter(job=campaign.score_job_id).order_by('pk')),
            jobs=[],
        )
        campaign.gate_outcome = judged_gate(rows)['outcome'] or ''
        campaign.save(update_fields=['gate_outcome'])


class Migration(migrations.Migration):

    dependencies = [
        ('evalhub', '0006_fine_tuning'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='gate_outcome',
            field=models.CharField(blank=True, default='', help_text='of a done campaign with a gate, so that lists can filter', max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['workspace', 'name', '-created_at'], name='campaign_newest_of_name'),
        ),
        migrations.CreateModel(
            name='CampaignTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='evalhub.campaign')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddConstraint(
            model_name='campaigntag',
            constraint=models.UniqueConstraint(fields=('name', 'campaign'), name='campaign_tag_unique'),
        ),
        migrations.RunPython(judge_gates, migrations.RunPython.noop),
    ]
